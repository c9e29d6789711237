/** A question in the middle of the screen: heading, anything in the slot, a reason where one is asked for,
 *  and two buttons. Tells `confirmed` with the reason, or `closed`. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';

import { StaffElement } from './element';

/** As the server takes it. */
const REASON_CHARS_MAX = 500;

@customElement('staff-dialog')
export class StaffDialog extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      :host {
        display: contents;
      }
      dialog {
        width: min(560px, calc(100vw - 32px));
        max-height: calc(100dvh - 48px);
        padding: 24px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        color: var(--ink);
        box-shadow: 0 24px 80px rgba(40, 20, 10, 0.35);
      }
      dialog::backdrop {
        background: rgba(34, 28, 26, 0.55);
      }
      dialog.grave {
        border-top: 8px solid var(--red);
      }
      h2 {
        font-size: 22px;
        margin-bottom: 8px;
      }
      .text {
        color: var(--ink-soft);
        margin-bottom: 12px;
      }
      .presets {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin: 4px 0 12px;
      }
      .buttons {
        display: flex;
        justify-content: flex-end;
        gap: 12px;
        margin-top: 20px;
      }
      [aria-pressed='true'] {
        border-color: var(--red);
        background: var(--red-tint);
        color: var(--red);
      }
    `,
  ];

  @property() heading = '';
  @property() text = '';
  /** What the confirming button says; empty for a dialog whose slot does the choosing. */
  @property() confirm = '';
  /** Whether a reason is asked for. */
  @property() reason: 'none' | 'optional' | 'required' = 'none';
  /** Reasons to press. */
  @property({ attribute: false }) presets: readonly string[] = [];
  /** Whether a red edge marks that much hangs on it. */
  @property({ type: Boolean }) grave = false;
  @property({ type: Boolean }) busy = false;
  @property() trouble = '';
  @state() private given = '';
  @query('dialog') private dialog!: HTMLDialogElement;

  override firstUpdated(): void {
    if (this.reason === 'required') this.given = this.presets[0] ?? '';
    this.dialog.showModal();
  }

  override render(): TemplateResult {
    return html`
      <dialog class=${this.grave ? 'grave' : ''} aria-labelledby="heading" @close=${() => this.tell('closed', null)}>
        <form method="dialog" @submit=${this.submit}>
          <h2 id="heading">${this.heading}</h2>
          ${this.text === '' ? nothing : html`<p class="text">${this.text}</p>`}
          <slot></slot>
          ${this.reason === 'none' ? nothing : this.reasonField()}
          ${this.trouble === '' ? nothing : html`<p class="wrong" role="alert">${this.trouble}</p>`}
          <div class="buttons">
            <button class="button" type="button" @click=${() => this.dialog.close()}>${this.word('staff.cancel')}</button>
            ${this.confirm === ''
              ? nothing
              : html`<button class="button primary" type="submit" ?disabled=${this.busy || !this.complete()}>
                  ${this.confirm}
                </button>`}
          </div>
        </form>
      </dialog>
    `;
  }

  private reasonField(): TemplateResult {
    return html`
      <label for="reason">${this.word('staff.reason')}</label>
      ${this.presets.length === 0
        ? nothing
        : html`<div class="presets">
            ${this.presets.map(
              (preset) => html`<button
                class="button small"
                type="button"
                aria-pressed=${preset === this.given}
                @click=${() => (this.given = preset)}
              >
                ${preset}
              </button>`,
            )}
          </div>`}
      <input
        id="reason"
        class="field"
        autocomplete="off"
        maxlength=${REASON_CHARS_MAX}
        aria-describedby="reason-hint"
        .value=${this.given}
        @input=${(event: InputEvent) => (this.given = (event.target as HTMLInputElement).value)}
      />
      <p class="hint" id="reason-hint">${this.word('staff.reason_hint')}</p>
    `;
  }

  private complete(): boolean {
    return this.reason !== 'required' || this.given.trim() !== '';
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    if (this.confirm === '' || this.busy || !this.complete()) return;
    this.tell('confirmed', this.given.trim());
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'staff-dialog': StaffDialog;
  }
}
