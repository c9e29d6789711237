/** One's own password: the old one, the new one twice. Tells `password-changed`. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { send } from '../shared/api';
import { StaffElement } from './element';
import { troubleWords, type StaffKey } from './words';
import type { PasswordRequest } from '../wire';

/** As the server asks for. */
const PASSWORD_CHARS_MIN = 8;

@customElement('password-form')
export class PasswordForm extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      form {
        display: grid;
        gap: 14px;
      }
    `,
  ];

  /** For password managers. */
  @property() user = '';
  @state() private trouble = '';
  @state() private busy = false;

  override render(): TemplateResult {
    return html`
      <form @submit=${this.submit}>
        <input class="heard-only" type="text" name="username" autocomplete="username" .value=${this.user} readonly tabindex="-1" aria-hidden="true" />
        ${this.field('old', 'password.old', 'current-password')}
        ${this.field('new', 'password.new', 'new-password')}
        <p class="hint">${this.word('password.rule')}</p>
        ${this.field('again', 'password.again', 'new-password')}
        ${this.trouble === '' ? nothing : html`<p class="wrong" role="alert">${this.trouble}</p>`}
        <button class="button primary" ?disabled=${this.busy}>${this.word('password.title')}</button>
      </form>
    `;
  }

  private field(name: string, label: StaffKey, autocomplete: 'current-password' | 'new-password'): TemplateResult {
    return html`<label>
      ${this.word(label)}
      <input class="field" name=${name} type="password" autocomplete=${autocomplete} required />
    </label>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const given = (name: string): string => (form.elements.namedItem(name) as HTMLInputElement).value;
    const body: PasswordRequest = { old: given('old'), new: given('new') };
    if (this.busy || !this.fits(body.new, given('again'))) return;
    this.busy = true;
    try {
      await send('/api/v1/session/password', body);
      form.reset();
      this.trouble = '';
      this.tell('password-changed', null);
    } catch (error) {
      this.trouble = troubleWords(this.language, error);
    } finally {
      this.busy = false;
    }
  }

  private fits(password: string, again: string): boolean {
    const short = [...password].length < PASSWORD_CHARS_MIN;
    this.trouble = short ? this.word('password.short') : password === again ? '' : this.word('password.differ');
    return this.trouble === '';
  }
}
