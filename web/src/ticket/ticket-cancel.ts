/** Giving the number back, never by one slip of a thumb. */

import { css, html, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { shared } from '../shared/styles';

@customElement('ticket-cancel')
export class TicketCancel extends QueueElement {
  static override styles = [
    shared,
    css`
      .button {
        width: 100%;
        min-height: 54px;
      }
      .open {
        border-color: transparent;
        background: none;
        color: var(--ink-soft);
        font-weight: 400;
        text-decoration: underline;
        text-underline-offset: 3px;
      }
      dialog {
        width: calc(100% - 40px);
        max-width: 420px;
        border: 0;
        border-radius: 20px;
        padding: 24px 20px 20px;
        color: var(--ink);
        text-align: center;
      }
      dialog::backdrop {
        background: rgba(40, 20, 15, 0.55);
      }
      h2 {
        font-size: 1.35rem;
      }
      p {
        margin: 8px 0 18px;
      }
      .stop {
        margin-top: 10px;
        border-color: var(--red);
        color: var(--red);
      }
    `,
  ];

  @property() number = '';
  @property({ type: Boolean }) busy = false;
  @query('dialog') private dialog!: HTMLDialogElement;

  override render(): TemplateResult {
    return html`<button class="button open" ?disabled=${this.busy} @click=${() => this.dialog.showModal()}>
        ${this.say('ticket.cancel')}
      </button>
      <dialog aria-labelledby="question">
        <h2 id="question">${this.say('ticket.cancel_question', { number: this.number })}</h2>
        <p>${this.say('ticket.cancel_text')}</p>
        <button class="button primary" autofocus @click=${() => this.dialog.close()}>${this.say('ticket.cancel_no')}</button>
        <button class="button stop" @click=${this.#cancel}>${this.say('ticket.cancel_yes')}</button>
      </dialog>`;
  }

  readonly #cancel = (): void => {
    this.dialog.close();
    this.tell('cancel-ticket', null);
  };
}
