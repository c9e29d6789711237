/** Everything a clerk can press: one large button that is the natural next act, and the others with their keys.
 *  Tells `next` for the large button, `act` with the act for the others. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import { StaffElement } from '../element';
import type { StaffKey } from '../words';
import type { Counter } from '../../wire';
import { signOf } from './keys';
import { absentIn, nextAct, possible, type Act } from './next-act';

const OTHERS: readonly Act[] = ['recall', 'absent', 'finish', 'park', 'return', 'transfer', 'choose', 'take_up', 'pause', 'close'];

const NAMES: Record<Act, StaffKey> = {
  open: 'clerk.act_open',
  call: 'clerk.act_call',
  start: 'clerk.act_start',
  finish: 'clerk.act_finish',
  finish_call: 'clerk.act_finish_call',
  recall: 'clerk.act_recall',
  absent: 'clerk.act_absent',
  park: 'clerk.act_park',
  return: 'clerk.act_return',
  transfer: 'clerk.act_transfer',
  choose: 'clerk.act_choose',
  take_up: 'clerk.act_take_up',
  pause: 'clerk.act_pause',
  close: 'clerk.act_close',
};

@customElement('act-bar')
export class ActBar extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      .next {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 20px;
        width: 100%;
        min-height: 96px;
        border-radius: var(--radius);
        background: var(--red);
        color: var(--on-red);
        font-size: 32px;
        font-weight: 700;
        box-shadow: var(--shadow);
      }
      .next:hover {
        background: var(--red-deep);
      }
      .next.start {
        background: var(--green);
      }
      .next.start:hover {
        background: #145230;
      }
      .next.faint {
        background: var(--card);
        border: 2px solid var(--red);
        color: var(--red);
      }
      .next[aria-disabled='true'] {
        opacity: 0.75;
      }
      .next kbd {
        font-size: 16px;
        line-height: 28px;
        padding: 0 10px;
      }
      .others {
        display: grid;
        grid-template-columns: repeat(5, 1fr);
        gap: 8px;
        margin-top: 10px;
      }
      .others button {
        display: flex;
        align-items: center;
        gap: 10px;
        min-height: 56px;
        padding: 6px 12px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--card);
        font-size: 14px;
        font-weight: 700;
        line-height: 1.25;
        text-align: left;
      }
      .others button:hover:not([disabled]) {
        border-color: var(--red);
        background: var(--red-tint);
      }
      .others button[disabled] {
        border-color: var(--line);
        background: transparent;
        color: #7c726a;
      }
      .others kbd {
        flex: none;
      }
      @media (max-height: 720px) {
        .next {
          min-height: 72px;
          font-size: 28px;
        }
        .others button {
          min-height: 48px;
          padding: 4px 10px;
        }
      }
      @media (max-width: 900px) {
        .next {
          font-size: 26px;
        }
        .others {
          grid-template-columns: repeat(2, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) counter: Counter | null = null;
  /** The server's clock, in milliseconds. */
  @property({ type: Number }) now = 0;
  /** Whether a press is on its way, or has just changed what the button means. */
  @property({ type: Boolean }) settling = false;
  /** Whether an alarm stops every call. */
  @property({ type: Boolean }) alarm = false;
  /** Whether this counter has parked tickets. */
  @property({ type: Boolean }) parked = false;
  @query('.next') private next!: HTMLButtonElement | null;

  /** Puts the keyboard on the large button, so that Enter is the natural next act. */
  focusNext(): void {
    this.next?.focus();
  }

  override render(): TemplateResult {
    if (this.counter === null) return html``;
    const act = nextAct(this.counter, this.alarm);
    const rests = this.settling || !possible(act, this.counter, this.now, this.alarm);
    const name = act === 'open' && this.counter.state === 'paused' ? 'clerk.act_resume' : NAMES[act];
    const faint = act === 'call' && this.counter.waiting === 0;
    return html`
      <button
        class="next ${act} ${faint ? 'faint' : ''}"
        aria-disabled=${rests ? 'true' : 'false'}
        aria-keyshortcuts="Enter +"
        @click=${() => this.tell('next', null)}
      >
        ${this.word(name)} <kbd aria-hidden="true">Enter</kbd>
      </button>
      <div class="others">${OTHERS.map((other) => this.other(other, this.counter!, act))}</div>
    `;
  }

  private other(act: Act, counter: Counter, next: Act): TemplateResult {
    const can = possible(act, counter, this.now, this.alarm) && act !== next && (act !== 'take_up' || this.parked);
    const wait = act === 'absent' && counter.ticket?.state === 'called' ? absentIn(counter, this.now) : 0;
    return html`<button
      class=${act}
      ?disabled=${!can}
      aria-keyshortcuts=${signOf(act)}
      @click=${() => this.tell('act', act)}
    >
      ${signOf(act) === '' ? nothing : html`<kbd aria-hidden="true">${signOf(act)}</kbd>`}
      <span>${wait > 0 ? this.word('clerk.act_absent_in', { n: wait }) : this.word(NAMES[act])}</span>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'act-bar': ActBar;
  }
}
