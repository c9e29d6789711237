/** Says that the server's clock is right: shown while the office waits for that, and while its time is ahead of it. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { officePath, send } from '../../shared/api';
import { StaffElement } from '../element';
import { troubleWords } from '../words';

/** `GET /readyz`; 503 carries the same body. */
interface Ready {
  offices: { id: string; unready: string | null; clock_behind_s: number }[];
}

/** A clock that is further behind is worth a person's look. */
const BEHIND_MAX_S = 60;

@customElement('clock-panel')
export class ClockPanel extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      form {
        display: grid;
        gap: 12px;
        max-width: 860px;
        margin-top: 20px;
        padding: 18px;
        border-left: 8px solid var(--gold);
        background: var(--gold-tint);
      }
    `,
  ];

  @property() office = '';
  @state() private doubtful = false;
  @state() private behindMinutes = 0;
  @state() private done = false;
  @state() private problem = '';

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  override render(): TemplateResult | typeof nothing {
    if (this.done) return html`<p role="status">${this.word('admin.clock_done')}</p>`;
    if (!this.doubtful && this.behindMinutes === 0) return nothing;
    return html`<form @submit=${this.#confirm}>
      <h3>${this.word('admin.clock')}</h3>
      <p>
        ${this.doubtful
          ? this.word('admin.clock_doubtful')
          : this.word('admin.clock_behind', { minutes: this.behindMinutes })}
      </p>
      <label>${this.word('admin.clock_reason')} <input class="field" name="reason" required maxlength="500" /></label>
      ${this.problem === '' ? nothing : html`<p role="alert">${this.problem}</p>`}
      <button class="button">${this.word('admin.clock_right')}</button>
    </form>`;
  }

  async #look(): Promise<void> {
    try {
      const ready = (await (await fetch('/readyz', { cache: 'no-store' })).json()) as Ready;
      const own = ready.offices.find((found) => found.id === this.office);
      this.doubtful = own?.unready === 'clock-doubtful';
      const behind = own?.clock_behind_s ?? 0;
      this.behindMinutes = behind > BEHIND_MAX_S ? Math.round(behind / 60) : 0;
    } catch {
      this.doubtful = false;
      this.behindMinutes = 0;
    }
  }

  readonly #confirm = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const reason = new FormData(event.target as HTMLFormElement).get('reason');
    try {
      await send(`${officePath(this.office)}/clock`, { reason });
      this.done = true;
    } catch (error) {
      this.problem = troubleWords(this.language, error);
    }
  };
}
