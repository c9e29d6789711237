/** A choice in the middle of the screen: numbered options, pressed by mouse or by their digit, and words of
 *  one's own where that is allowed. Tells `chosen` with the option's id, `wrote` with the words, or `closed`. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import { StaffElement } from './element';

export interface Option {
  id: string;
  label: string;
  hint?: string;
}

export interface OptionGroup {
  label: string;
  options: readonly Option[];
}

const WORDS_CHARS_MAX = 500;

@customElement('choice-dialog')
export class ChoiceDialog extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      :host {
        display: contents;
      }
      dialog {
        width: min(640px, calc(100vw - 32px));
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
      h2 {
        font-size: 22px;
      }
      h3 {
        margin: 16px 0 0;
        color: var(--ink-soft);
      }
      .options {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 8px;
        margin-top: 12px;
      }
      .option {
        display: flex;
        align-items: center;
        gap: 12px;
        min-height: 52px;
        padding: 8px 14px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        font-size: 16px;
        font-weight: 700;
        text-align: left;
      }
      .option:hover,
      .option:focus-visible {
        border-color: var(--red);
        background: var(--red-tint);
      }
      .option kbd {
        color: var(--ink-soft);
      }
      .option small {
        display: block;
        color: var(--ink-soft);
        font-size: 13px;
        font-weight: 400;
      }
      form {
        display: flex;
        align-items: end;
        gap: 12px;
        margin-top: 16px;
      }
      .cancel {
        display: flex;
        justify-content: flex-end;
        margin-top: 16px;
      }
    `,
  ];

  @property() heading = '';
  @property() hint = '';
  @property({ attribute: false }) groups: readonly OptionGroup[] = [];
  /** What words of one's own are called; empty where only the options count. */
  @property() free = '';
  @query('dialog') private dialog!: HTMLDialogElement;

  override firstUpdated(): void {
    this.dialog.showModal();
  }

  override render(): TemplateResult {
    let index = 0;
    return html`
      <dialog aria-labelledby="heading" @close=${() => this.tell('closed', null)} @keydown=${this.pressed}>
        <h2 id="heading">${this.heading}</h2>
        ${this.hint === '' ? nothing : html`<p class="soft">${this.hint}</p>`}
        ${this.groups.map(
          (group) => html`
            ${group.label === '' ? nothing : html`<h3>${group.label}</h3>`}
            <div class="options">${group.options.map((option) => this.option(option, (index += 1)))}</div>
          `,
        )}
        ${this.free === '' ? nothing : this.freeWords()}
        <div class="cancel">
          <button class="button" @click=${() => this.dialog.close()}>${this.word('staff.cancel')}</button>
        </div>
      </dialog>
    `;
  }

  private option(option: Option, index: number): TemplateResult {
    return html`<button class="option" @click=${() => this.tell('chosen', option.id)}>
      ${index <= 9 ? html`<kbd aria-hidden="true">${index}</kbd>` : nothing}
      <span>${option.label}${option.hint === undefined ? nothing : html`<small>${option.hint}</small>`}</span>
    </button>`;
  }

  private freeWords(): TemplateResult {
    return html`<form @submit=${this.write}>
      <label class="grow">
        ${this.free}
        <input class="field" name="words" autocomplete="off" maxlength=${WORDS_CHARS_MAX} required />
      </label>
      <button class="button">${this.word('staff.confirm')}</button>
    </form>`;
  }

  private write(event: SubmitEvent): void {
    event.preventDefault();
    const words = (event.target as HTMLFormElement).elements.namedItem('words') as HTMLInputElement;
    if (words.value.trim() !== '') this.tell('wrote', words.value.trim());
  }

  private pressed(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.composedPath()[0] instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
    const digit = /^(?:Numpad|Digit)([1-9])$/.exec(event.code)?.[1] ?? /^[1-9]$/.exec(event.key)?.[0];
    const option = this.groups.flatMap((group) => group.options)[Number(digit ?? 0) - 1];
    if (option === undefined) return;
    event.preventDefault();
    this.tell('chosen', option.id);
  }
}
