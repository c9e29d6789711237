/** A question about one ticket: its number, and a reason. Tells `numbered` with both, or `closed`. */

import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';

import { StaffElement } from './element';
import './dialog';

export interface NumberAndReason {
  number: string;
  reason: string;
}

@customElement('number-dialog')
export class NumberDialog extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      :host {
        display: contents;
      }
      .field {
        margin-bottom: 12px;
        font-size: 28px;
        font-weight: 700;
        text-transform: uppercase;
        letter-spacing: 0.04em;
      }
    `,
  ];

  @property() heading = '';
  @property() text = '';
  /** What the confirming button says. */
  @property() confirm = '';
  /** Reasons to press; the first is taken where nothing is said. */
  @property({ attribute: false }) presets: readonly string[] = [];
  @property({ type: Boolean }) busy = false;
  @state() private number = '';
  @state() private trouble = '';
  @query('.field') private field!: HTMLInputElement;

  override firstUpdated(): void {
    requestAnimationFrame(() => this.field.focus());
  }

  override render(): TemplateResult {
    return html`<staff-dialog
      reason="required"
      .language=${this.language}
      .heading=${this.heading}
      .text=${this.text}
      .presets=${this.presets}
      .confirm=${this.confirm}
      .trouble=${this.trouble}
      ?busy=${this.busy}
      @confirmed=${this.confirmed}
    >
      <label>
        ${this.word('staff.the_number')}
        <input
          class="field"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          maxlength="8"
          @input=${(event: InputEvent) => (this.number = (event.target as HTMLInputElement).value)}
        />
      </label>
    </staff-dialog>`;
  }

  private confirmed(event: CustomEvent<string>): void {
    event.stopPropagation();
    const number = this.number.trim().toUpperCase();
    this.trouble = number === '' ? this.word('staff.number_needed') : '';
    if (number === '') this.field.focus();
    else this.tell<NumberAndReason>('numbered', { number, reason: event.detail });
  }
}
