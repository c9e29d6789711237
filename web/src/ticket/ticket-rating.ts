/** Five faces with words, and room for a few words more. It holds the score until the page has sent it. */

import { css, html, svg, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { shared } from '../shared/styles';
import type { RatingRequest } from '../wire';

const SCORES = [1, 2, 3, 4, 5] as const;
type Score = (typeof SCORES)[number];

/** The mouth of each face. */
const MOUTHS: Readonly<Record<Score, string>> = {
  1: 'M8 17.500c1.500-3 6.500-3 8 0',
  2: 'M8.500 17c1.500-1.500 5.500-1.500 7 0',
  3: 'M8.500 16h7',
  4: 'M8.500 15c1.500 1.500 5.500 1.500 7 0',
  5: 'M7.500 14c1.500 4 7.500 4 9 0z',
};

@customElement('ticket-rating')
export class TicketRating extends QueueElement {
  static override styles = [
    shared,
    css`
      section {
        padding: 20px 16px;
        border-radius: 22px;
        background: var(--card);
        box-shadow: var(--shadow);
        text-align: center;
      }
      h2 {
        font-size: 1.2rem;
        line-height: 1.3;
      }
      small {
        display: block;
        margin-top: 4px;
        color: var(--ink-soft);
        font-size: 0.9rem;
      }
      .faces {
        display: grid;
        grid-template-columns: repeat(5, 1fr);
        gap: 6px;
        margin-top: 14px;
      }
      .faces button {
        display: grid;
        place-items: center;
        min-height: 60px;
        border-radius: 14px;
        border: 2px solid transparent;
      }
      .faces button[aria-checked='true'] {
        border-color: var(--red);
        background: var(--red-tint);
      }
      svg {
        width: 46px;
        height: 46px;
        stroke: currentColor;
        stroke-width: 1.5;
        stroke-linecap: round;
        stroke-linejoin: round;
        fill: none;
        color: var(--ink);
      }
      .word {
        min-height: 1.5em;
        margin-top: 8px;
        font-weight: 700;
        color: var(--red);
      }
      label {
        display: block;
        margin-top: 10px;
        text-align: left;
        font-size: 0.95rem;
      }
      textarea {
        display: block;
        width: 100%;
        margin-top: 4px;
        padding: 10px 12px;
        border: 2px solid var(--line-strong);
        border-radius: 10px;
        font: inherit;
        font-size: 1rem;
        resize: vertical;
      }
      .button {
        width: 100%;
        margin-top: 14px;
        min-height: 54px;
      }
    `,
  ];

  /** While it is being sent. */
  @property({ type: Boolean }) busy = false;
  @state() private score: Score | null = null;
  @state() private comment = '';

  override render(): TemplateResult {
    return html`<section>
      <h2 id="question">${this.say('rating.question')}</h2>
      <small>${this.say('rating.anonymous')}</small>
      <div class="faces" role="radiogroup" aria-labelledby="question" @keydown=${this.#arrow}>
        ${SCORES.map((score) => this.#face(score))}
      </div>
      <p class="word" aria-live="polite">${this.score === null ? '' : this.say(`rating.${this.score}`)}</p>
      ${this.score === null ? '' : this.#more()}
    </section>`;
  }

  #face(score: Score): TemplateResult {
    const checked = this.score === score;
    const reached = checked || (this.score === null && score === 1);
    return html`<button
      role="radio"
      aria-checked=${checked ? 'true' : 'false'}
      aria-label=${this.say(`rating.${score}`)}
      tabindex=${reached ? '0' : '-1'}
      @click=${() => (this.score = score)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="10" fill=${checked ? '#f6c945' : '#fbf3df'} />
        ${svg`<path d="M8.500 9.500v.6M15.500 9.500v.6" stroke-width="2.200"/><path d=${MOUTHS[score]}/>`}
      </svg>
    </button>`;
  }

  #more(): TemplateResult {
    return html`<label>
        ${this.say('rating.comment')}
        <textarea rows="3" maxlength="500" .value=${this.comment} @input=${this.#typed}></textarea>
      </label>
      <button class="button primary" ?disabled=${this.busy} @click=${this.#send}>${this.say('rating.send')}</button>`;
  }

  readonly #arrow = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' || event.key === 'ArrowUp' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowDown' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = SCORES.find((score) => score === (this.score ?? 3) + step);
    if (next === undefined) return;
    this.score = next;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-checked=true]')?.focus());
  };

  readonly #typed = (event: InputEvent): void => {
    if (event.target instanceof HTMLTextAreaElement) this.comment = event.target.value;
  };

  readonly #send = (): void => {
    if (this.score === null) return;
    const comment = this.comment.trim();
    this.tell<RatingRequest>('rate', comment === '' ? { score: this.score } : { score: this.score, comment });
  };
}
