/** Calling a chosen number out of order: the number and the reason. Tells `confirmed` with both, or `closed`. */

import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';

import { StaffElement } from '../element';
import '../dialog';

export interface ChosenNumber {
  number: string;
  reason: string;
}

@customElement('choose-number')
export class ChooseNumber extends StaffElement {
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

  @property({ type: Boolean }) busy = false;
  @state() private number = '';
  @state() private trouble = '';
  @query('.field') private field!: HTMLInputElement;

  override firstUpdated(): void {
    requestAnimationFrame(() => this.field.focus());
  }

  override render(): TemplateResult {
    const presets = [this.word('clerk.choose_assist'), this.word('clerk.choose_wrong'), this.word('clerk.choose_leader')];
    return html`<staff-dialog
      reason="required"
      .language=${this.language}
      .heading=${this.word('clerk.choose_number_title')}
      .text=${this.word('clerk.choose_number_text')}
      .presets=${presets}
      .confirm=${this.word('clerk.choose_submit')}
      .trouble=${this.trouble}
      ?busy=${this.busy}
      @confirmed=${this.confirmed}
    >
      <label>
        ${this.word('clerk.choose_number')}
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
    this.trouble = number === '' ? this.word('clerk.choose_number') : '';
    if (number === '') this.field.focus();
    else this.tell<ChosenNumber>('confirmed', { number, reason: event.detail });
  }
}
