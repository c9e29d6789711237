/** A counter at work: its ticket, its lines, everything its clerk can press. Lives on the live line of the
 *  counter; tells `leave` when its clerk wants another counter. One press is one request with one key. */

import '../choice-dialog';
import '../number-dialog';
import './act-bar';
import './counter-lines';
import './parked-list';
import './ticket-card';

import { css, html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';

import { codeOf, read, send } from '../../shared/api';
import { Link } from '../../shared/link';
import type { Desk } from '../desk';
import { StaffElement } from '../element';
import type { Counter, Ticket, Tickets } from '../../wire';
import type { ActBar } from './act-bar';
import { actDialog, type Answer } from './act-dialogs';
import { meaningOf } from './keys';
import { nextAct, possible, type Act } from './next-act';

/** A second press of the large button so soon after the first was meant for what stood there before. */
const SETTLE_MS = 500;
/** Parked tickets are read at most so often. */
const PARKED_EVERY_MS = 3_000;

const ASKING: readonly Act[] = ['park', 'transfer', 'choose', 'take_up', 'pause', 'close'];
const PATHS: Record<Act, string> = {
  open: 'open', call: 'call', start: 'start', finish: 'finish', finish_call: 'call', recall: 'recall', absent: 'absent',
  park: 'park', return: 'return', transfer: 'transfer', choose: 'call', take_up: 'call', pause: 'pause', close: 'close',
};

@customElement('counter-console')
export class CounterConsole extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 340px;
        gap: 16px;
        flex: 1;
        min-height: 0;
      }
      .work {
        display: flex;
        flex-direction: column;
        gap: 12px;
        min-height: 0;
      }
      aside {
        display: flex;
        flex-direction: column;
        gap: 16px;
        min-height: 0;
      }
      counter-lines {
        flex: 0 1 auto;
        min-height: 120px;
        overflow-y: auto;
      }
      parked-list {
        flex: 1;
        min-height: 0;
      }
      @media (max-width: 900px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) desk!: Desk;
  @property({ type: Number }) counterId = 0;
  @state() private counter: Counter | null = null;
  @state() private parked: readonly Ticket[] = [];
  @state() private asking: Act | null = null;
  @state() private sending = false;
  /** The last act, for a moment after its answer. */
  @state() private settling: Act | null = null;
  @state() private now = 0;
  @query('act-bar') private bar!: ActBar;
  private link: Link | null = null;
  private clock: number | undefined;
  private parkedTimer: number | undefined;
  private settled: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.pressed);
    this.clock = window.setInterval(() => (this.now = this.desk.now()), 500);
    this.link = new Link(this.desk.path(`/live/counters/${this.counterId}`), {
      onMessage: (message) => {
        if (message.type === 'counter') this.take(message.counter);
      },
    }).start();
  }

  override disconnectedCallback(): void {
    window.removeEventListener('keydown', this.pressed);
    window.clearInterval(this.clock);
    window.clearTimeout(this.parkedTimer);
    this.parkedTimer = undefined;
    this.link?.stop();
    super.disconnectedCallback();
  }

  override willUpdate(changed: PropertyValues): void {
    if (this.now === 0 || changed.has('counter')) this.now = this.desk.now();
  }

  override render(): TemplateResult {
    const other = this.counter?.clerk ?? null;
    const taken = other !== null && other !== this.desk.session?.user;
    return html`
      <div class="work">
        <ticket-card .language=${this.language} .counter=${this.counter} .office=${this.desk.office} .now=${this.now}></ticket-card>
        ${taken
          ? html`<div class="panel row between">
              <p>${this.word('clerk.other_clerk', { clerk: other })}</p>
              <button class="button" @click=${() => this.tell('leave', null)}>${this.word('clerk.change_counter')}</button>
            </div>`
          : html`<act-bar
              .language=${this.language}
              .counter=${this.counter}
              .now=${this.now}
              ?settling=${this.sending || this.settling !== null}
              ?parked=${this.parked.length > 0}
              ?alarm=${this.desk.alarm}
              @act=${(event: CustomEvent<Act>) => this.start(event.detail)}
              @next=${() => this.startNext()}
            ></act-bar>`}
      </div>
      <aside>
        <counter-lines .language=${this.language} .counter=${this.counter} .office=${this.desk.office}></counter-lines>
        <parked-list
          .language=${this.language}
          .tickets=${this.parked}
          .now=${this.now}
          ?can=${this.counter !== null && possible('take_up', this.counter, this.now, this.desk.alarm)}
          @take-up=${(event: CustomEvent<string>) => void this.act('take_up', { number: event.detail })}
        ></parked-list>
        ${this.counter?.state === 'closed'
          ? html`<button class="button" @click=${() => this.tell('leave', null)}>${this.word('clerk.change_counter')}</button>`
          : nothing}
      </aside>
      ${this.asking === null || this.counter === null
        ? nothing
        : actDialog(
            { act: this.asking, counter: this.counter, parked: this.parked, desk: this.desk, language: this.language, busy: this.sending },
            (answer) => void this.answered(answer),
          )}
    `;
  }

  private take(counter: Counter): void {
    this.counter = counter;
    this.parkedTimer ??= window.setTimeout(() => void this.readParked(), this.parked.length === 0 ? 0 : PARKED_EVERY_MS);
  }

  private async readParked(): Promise<void> {
    this.parkedTimer = undefined;
    const list = await read<Tickets>(this.desk.path('/tickets?list=parked')).catch(() => null);
    if (list) this.parked = list.items.filter((ticket) => ticket.counter === this.counterId);
  }

  /** The large button: it changes its meaning with each act, so it rests for a moment after one. */
  private startNext(): void {
    if (this.counter !== null && this.settling === null) this.start(nextAct(this.counter, this.desk.alarm));
  }

  /** An act was pressed: done at once, or asked about first. */
  private start(act: Act): void {
    if (this.counter === null || act === this.settling || !possible(act, this.counter, this.now, this.desk.alarm)) return;
    if (act === 'take_up' && this.parked.length === 0) return;
    if (ASKING.includes(act)) this.asking = act;
    else void this.act(act);
  }

  private async answered(answer: Answer | null): Promise<void> {
    const act = this.asking;
    if (answer === null) this.asking = null;
    else if (act !== null && (await this.act(act, answer))) this.asking = null;
    if (this.asking === null) this.bar.focusNext();
  }

  private async act(act: Act, body: Answer = {}): Promise<boolean> {
    if (this.sending) return false;
    this.sending = true;
    const onRetry = (_attempt: number, error: unknown): void => {
      if (codeOf(error) === 'outcome-unknown') this.tell('trouble', error);
    };
    try {
      this.take(await send<Counter>(this.desk.path(`/counters/${this.counterId}/${PATHS[act]}`), body, { onRetry }));
      if (act === 'call' && this.counter?.ticket === null) this.tell('say', this.word('clerk.nobody_called'));
      if (act === 'park' || act === 'take_up') void this.readParked();
      return true;
    } catch (error) {
      this.tell('trouble', error);
      return false;
    } finally {
      this.sending = false;
      this.settling = act;
      window.clearTimeout(this.settled);
      this.settled = window.setTimeout(() => (this.settling = null), SETTLE_MS);
      this.bar?.focusNext();
    }
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0];
    if (this.asking !== null || this.counter === null || this.inDialog(event)) return;
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    const meaning = meaningOf(event);
    if (meaning === null) return;
    // Enter on a button that has the keyboard presses that button.
    if (event.key === 'Enter' && (target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement)) return;
    if (event.key === 'Enter' && target instanceof HTMLElement && target.localName === 'summary') return;
    event.preventDefault();
    if (meaning === 'next') this.startNext();
    else this.start(meaning);
  };

  private inDialog(event: KeyboardEvent): boolean {
    return event.composedPath().some((node) => node instanceof HTMLDialogElement);
  }
}
