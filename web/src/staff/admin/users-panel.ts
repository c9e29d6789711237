/** Who may sign in: list, add, reset a password. Tells `trouble` and `say`. */

import '../dialog';

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';

import { read, send } from '../../shared/api';
import { StaffElement } from '../element';
import type { StaffKey } from '../words';
import type { Role, User, UserRequest, Users } from '../../wire';

const ROLES: readonly Role[] = ['clerk', 'supervisor', 'admin'];
const ROLE_WORDS: Record<Role, StaffKey> = {
  clerk: 'admin.role_clerk',
  supervisor: 'admin.role_supervisor',
  admin: 'admin.role_admin',
};

@customElement('users-panel')
export class UsersPanel extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      h2 {
        font-size: 22px;
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(220px, 1fr));
        align-items: start;
        gap: 14px;
        margin-top: 24px;
        padding-top: 16px;
        border-top: 1px solid var(--line);
      }
      form h3 {
        grid-column: 1 / -1;
        font-size: 17px;
      }
      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        font-size: 14px;
        font-weight: 700;
      }
    `,
  ];

  @state() private users: readonly User[] = [];
  @state() private resetting: string | null = null;
  @state() private busy = false;
  @query('#reset') private resetField!: HTMLInputElement | null;

  override firstUpdated(): void {
    void this.refresh();
  }

  override render(): TemplateResult {
    return html`
      <h2>${this.word('admin.users')}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">${this.word('admin.user')}</th>
              <th scope="col">${this.word('admin.roles')}</th>
              <th scope="col"><span class="heard-only">${this.word('admin.edit')}</span></th>
            </tr>
          </thead>
          <tbody>
            ${this.users.map((user) => this.row(user))}
          </tbody>
        </table>
      </div>
      ${this.adding()} ${this.resetting === null ? nothing : this.resetDialog(this.resetting)}
    `;
  }

  private row(user: User): TemplateResult {
    return html`<tr>
      <th scope="row">${user.user}</th>
      <td>
        ${user.roles.map((role) => html`<span class="chip">${this.word(ROLE_WORDS[role])}</span> `)}
        ${user.must_change ? html`<span class="chip gold">${this.word('admin.must_change_short')}</span>` : nothing}
      </td>
      <td class="right">
        <button
          class="button small"
          aria-label=${`${this.word('admin.reset')} ${user.user}`}
          @click=${() => (this.resetting = user.user)}
        >
          ${this.word('admin.reset')}
        </button>
      </td>
    </tr>`;
  }

  private adding(): TemplateResult {
    return html`<form @submit=${this.add}>
      <h3>${this.word('admin.add_user')}</h3>
      <label>
        ${this.word('admin.user')}
        <input class="field" name="user" required maxlength="40" pattern="[A-Za-z0-9._@\\-]+" autocomplete="off" autocapitalize="none" spellcheck="false" />
      </label>
      <label>
        ${this.word('admin.first_password')}
        <input class="field" name="password" type="text" required minlength="8" autocomplete="off" spellcheck="false" />
      </label>
      <fieldset>
        <legend>${this.word('admin.roles')}</legend>
        ${ROLES.map(
          (role) => html`<label class="check">
            <input type="checkbox" name="role" value=${role} ?checked=${role === 'clerk'} /> ${this.word(ROLE_WORDS[role])}
          </label>`,
        )}
      </fieldset>
      <div>
        <label class="check"><input type="checkbox" name="must" checked /> ${this.word('admin.must_change')}</label>
        <button class="button primary" ?disabled=${this.busy}>${this.word('admin.add_user')}</button>
      </div>
    </form>`;
  }

  private resetDialog(user: string): TemplateResult {
    return html`<staff-dialog
      .language=${this.language}
      .heading=${this.word('admin.reset_title', { user })}
      .text=${this.word('admin.must_change')}
      .confirm=${this.word('admin.reset')}
      ?busy=${this.busy}
      @confirmed=${() => void this.reset(user)}
      @closed=${() => (this.resetting = null)}
    >
      <label>
        ${this.word('admin.first_password')}
        <input id="reset" class="field" type="text" minlength="8" autocomplete="off" spellcheck="false" />
      </label>
    </staff-dialog>`;
  }

  private async refresh(): Promise<void> {
    try {
      this.users = (await read<Users>('/api/v1/users')).items;
    } catch (error) {
      this.tell('trouble', error);
    }
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const body: UserRequest = {
      user: String(data.get('user') ?? '').trim(),
      password: String(data.get('password') ?? ''),
      roles: ROLES.filter((role) => data.getAll('role').includes(role)),
      must_change: data.get('must') !== null,
    };
    const done = await this.sent('/api/v1/users', body, this.word('admin.user_added', { user: body.user }));
    if (done) form.reset();
  }

  private async reset(user: string): Promise<void> {
    const password = this.resetField?.value ?? '';
    const path = `/api/v1/users/${encodeURIComponent(user)}/password`;
    const done = await this.sent(path, { password, must_change: true }, this.word('admin.reset_done', { user }));
    if (done) this.resetting = null;
  }

  private async sent(path: string, body: unknown, said: string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      await send<unknown>(path, body);
      this.tell('say', said);
      await this.refresh();
      return true;
    } catch (error) {
      this.tell('trouble', error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
