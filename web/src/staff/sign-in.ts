/** The sign-in of all staff pages. Tells `signed-in` with the session. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';

import { send } from '../shared/api';
import { StaffElement } from './element';
import { troubleWords } from './words';
import type { Session, SessionRequest } from '../wire';

@customElement('sign-in')
export class SignIn extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      form {
        display: grid;
        gap: 16px;
        width: min(420px, 100%);
        margin: 0 auto;
        padding: 32px;
      }
      h1 {
        font-size: 24px;
      }
      .button {
        min-height: 52px;
        font-size: 17px;
      }
    `,
  ];

  /** Whether a session ended by itself. */
  @property({ type: Boolean }) expired = false;
  @state() private trouble = '';
  @state() private busy = false;
  @query('#user') private user!: HTMLInputElement;
  @query('#password') private password!: HTMLInputElement;

  override firstUpdated(): void {
    this.user.focus();
  }

  override render(): TemplateResult {
    const trouble = this.trouble === '' && this.expired ? this.word('signin.expired') : this.trouble;
    return html`
      <form class="panel" @submit=${this.submit}>
        <h1>${this.word('signin.title')}</h1>
        ${trouble === '' ? nothing : html`<p class="wrong" role="alert">${trouble}</p>`}
        <label>
          ${this.word('signin.user')}
          <input id="user" class="field" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required />
        </label>
        <label>
          ${this.word('signin.password')}
          <input id="password" class="field" name="password" type="password" autocomplete="current-password" required />
        </label>
        <button class="button primary" ?disabled=${this.busy}>${this.word('signin.submit')}</button>
      </form>
    `;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    const body: SessionRequest = { user: this.user.value.trim(), password: this.password.value };
    try {
      const session = await send<Session>('/api/v1/session', body);
      this.trouble = '';
      this.tell('signed-in', session);
    } catch (error) {
      this.trouble = troubleWords(this.language, error);
      this.password.value = '';
      this.password.focus();
    } finally {
      this.busy = false;
    }
  }
}
