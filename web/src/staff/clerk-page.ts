/** The clerk's page: choose a counter, then work there. The counter chosen last on this computer is kept. */

import './clerk/choose-counter';
import './clerk/console';

import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';

import { codeOf, read, send } from '../shared/api';
import { inLang } from '../shared/words';
import { StaffPage } from './page';
import type { Counter } from '../wire';

@customElement('clerk-page')
export class ClerkPage extends StaffPage {
  static override styles: CSSResultGroup = [
    StaffPage.styles,
    css`
      /* Everything a clerk needs stays on a small laptop's screen without scrolling. */
      @media (min-width: 901px) {
        :host([working]) {
          height: 100dvh;
        }
      }
    `,
  ];

  protected readonly page = 'staff.clerk';
  protected readonly desk = this.makeDesk('clerk', () => void this.findOwn());
  @state() private counterId: number | null = null;
  @state() private looking = true;

  protected override place(): string {
    const place = this.desk.office?.counters.find((counter) => counter.id === this.counterId);
    return place ? inLang(place.name, this.language) : '';
  }

  override updated(): void {
    this.toggleAttribute('working', this.desk.stage === 'ready' && this.counterId !== null);
  }

  protected work(): TemplateResult {
    if (this.looking) return html`<p class="soft">${this.word('staff.loading')}</p>`;
    if (this.counterId === null) {
      return html`<choose-counter
        .language=${this.language}
        .office=${this.desk.office}
        .board=${this.desk.board}
        .last=${this.kept()}
        @chosen=${(event: CustomEvent<number>) => void this.open(event.detail)}
      ></choose-counter>`;
    }
    return html`${keyed(
      this.counterId,
      html`<counter-console
        .language=${this.language}
        .desk=${this.desk}
        .counterId=${this.counterId}
        @leave=${() => (this.counterId = null)}
        @say=${(event: CustomEvent<string>) => this.notify(event.detail)}
        @trouble=${(event: CustomEvent<unknown>) => this.complain(event.detail)}
      ></counter-console>`,
    )}`;
  }

  /** Goes on where this clerk still sits, as after a reload. */
  private async findOwn(): Promise<void> {
    const busy = (this.desk.office?.counters ?? []).filter((counter) => counter.state !== 'closed');
    try {
      const counters = await Promise.all(busy.map((each) => read<Counter>(this.desk.path(`/counters/${each.id}`))));
      this.counterId = counters.find((counter) => counter.clerk === this.desk.session?.user)?.id ?? null;
    } catch (error) {
      this.complain(error);
    }
    this.looking = false;
  }

  private async open(counter: number): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      await send<Counter>(this.desk.path(`/counters/${counter}/open`), {});
      this.sit(counter);
    } catch (error) {
      this.complain(error);
      if (codeOf(error) === 'at-another-counter') {
        await this.desk.refreshOffice();
        await this.findOwn();
      }
    } finally {
      this.sending = false;
    }
  }

  private sit(counter: number): void {
    this.counterId = counter;
    try {
      localStorage.setItem(this.keptAs(), String(counter));
    } catch {
      // A browser that keeps nothing shows no mark next time.
    }
  }

  private kept(): number | null {
    try {
      return Number(localStorage.getItem(this.keptAs())) || null;
    } catch {
      return null;
    }
  }

  private keptAs(): string {
    return `queue-counter-${this.desk.officeId}`;
  }
}
