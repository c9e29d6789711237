/** Correcting a wrong service by number. Tells `move` with the number and the right service. */

import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { inLang } from '../../shared/words';
import { StaffElement } from '../element';
import type { Office } from '../../wire';

export interface Move {
  number: string;
  service: string;
}

@customElement('move-form')
export class MoveForm extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      form {
        display: grid;
        grid-template-columns: 110px 1fr auto;
        align-items: end;
        gap: 10px;
        margin-top: 10px;
      }
      input {
        text-transform: uppercase;
      }
    `,
  ];

  @property({ attribute: false }) office: Office | null = null;
  @property({ type: Boolean }) busy = false;

  override render(): TemplateResult {
    return html`<section class="panel">
      <h2>${this.word('reception.move_title')}</h2>
      <p class="hint">${this.word('reception.move_hint')}</p>
      <form @submit=${this.submit}>
        <label>
          ${this.word('staff.number')}
          <input class="field" name="number" maxlength="8" autocomplete="off" autocapitalize="characters" spellcheck="false" required />
        </label>
        <label>
          ${this.word('reception.move_to')}
          <select class="field" name="service">
            ${(this.office?.services ?? []).map(
              (service) => html`<option value=${service.id}>${inLang(service.name, this.language)}</option>`,
            )}
          </select>
        </label>
        <button class="button" ?disabled=${this.busy}>${this.word('reception.move')}</button>
      </form>
    </section>`;
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    this.tell<Move>('move', {
      number: String(data.get('number') ?? '').trim().toUpperCase(),
      service: String(data.get('service') ?? ''),
    });
    (form.elements.namedItem('number') as HTMLInputElement).value = '';
  }
}
