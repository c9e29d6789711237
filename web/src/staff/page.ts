/** What every staff page is made of: header, sign-in where nobody is, alarm, messages, and the page's own work.
 *  A page says who may use it and draws `work()`. */

import './dialog';
import './header';
import './password-form';
import './sign-in';

import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';

import { announceLanguage } from '../shared/base';
import { send, type Sending } from '../shared/api';
import { inLang, type Lang } from '../shared/words';
import { Desk } from './desk';
import { StaffElement } from './element';
import { pageStyles } from './page-styles';
import { troubleWords, type StaffKey } from './words';
import type { Role, Session } from '../wire';

const MESSAGE_MS = 6_000;
type Asking = 'alarm' | 'alarm-end' | 'password';

export abstract class StaffPage extends StaffElement {
  static override styles: CSSResultGroup = [StaffElement.styles, pageStyles];

  protected abstract readonly page: StaffKey;
  protected abstract readonly desk: Desk;
  @state() private message: { text: string; bad: boolean } | null = null;
  @state() private asking: Asking | null = null;
  @state() protected sending = false;
  private fading: number | undefined;

  /** The page's own part, for somebody who may be here. */
  protected abstract work(): TemplateResult;

  /** Where in the office somebody works, such as a counter; stands in the header. */
  protected place(): string {
    return '';
  }

  protected makeDesk(least: Role, onReady: () => void = () => undefined): Desk {
    return new Desk(this, least, onReady);
  }

  /** Says something for some seconds. */
  protected notify(text: string, bad = false): void {
    window.clearTimeout(this.fading);
    this.message = { text, bad };
    this.fading = window.setTimeout(() => (this.message = null), MESSAGE_MS);
  }

  /** Says what went wrong, or asks to sign in again. */
  protected complain(error: unknown): void {
    if (!this.desk.refused(error)) this.notify(troubleWords(this.language, error), true);
  }

  /** One press: sends it with a key of its own, once at a time; says what went wrong; null then. */
  protected async press<T>(path: string, body: unknown = {}, sending: Sending = {}): Promise<T | null> {
    if (this.sending) return null;
    this.sending = true;
    try {
      return await send<T>(this.desk.path(path), body, sending);
    } catch (error) {
      this.complain(error);
      return null;
    } finally {
      this.sending = false;
    }
  }

  override willUpdate(): void {
    this.language = this.desk.lang;
    announceLanguage(this.language, this.word(this.page));
  }

  override render(): TemplateResult {
    const { desk } = this;
    return html`
      <staff-header
        .language=${this.language}
        .page=${this.page}
        .office=${desk.office ? inLang(desk.office.name, this.language) : ''}
        .officeId=${desk.officeId}
        .place=${this.place()}
        .user=${desk.session?.user ?? ''}
        .line=${desk.line}
        .heardAt=${desk.heardAt}
        .zone=${desk.office?.time_zone ?? 'Asia/Ho_Chi_Minh'}
        ?alarm=${desk.alarm}
        @lang=${(event: CustomEvent<Lang>) => desk.setLang(event.detail)}
        @alarm=${() => (this.asking = 'alarm')}
        @change-password=${() => (this.asking = 'password')}
        @sign-out=${() => void desk.signOut()}
      ></staff-header>
      ${desk.alarm ? this.alarmBar() : nothing}
      <main>${this.stage()}</main>
      ${this.question()}
      <div aria-live="polite">
        ${this.message === null
          ? nothing
          : html`<div class="message ${this.message.bad ? 'bad' : ''}">
              <span>${this.message.text}</span>
              <button aria-label=${this.word('staff.dismiss')} @click=${() => (this.message = null)}>×</button>
            </div>`}
      </div>
    `;
  }

  private stage(): TemplateResult {
    const { desk } = this;
    switch (desk.stage) {
      case 'loading':
        return html`<p class="middle soft">${this.word('staff.loading')}</p>`;
      case 'away':
        return html`<p class="middle panel" role="alert">${this.word('staff.server_away')}</p>`;
      case 'no-office':
        return this.notice(
          this.word('staff.office_missing_title', { office: desk.officeId }),
          this.word('staff.office_missing_text'),
          html`<a class="button" href="/">${this.word('staff.to_start')}</a>`,
        );
      case 'sign-in':
        return html`<div class="middle">
          <sign-in
            .language=${this.language}
            ?expired=${desk.expired}
            @signed-in=${(event: CustomEvent<Session>) => desk.admit(event.detail)}
          ></sign-in>
        </div>`;
      case 'must-change':
        return this.notice(this.word('password.must_title'), this.word('password.must_text'), this.passwordForm());
      case 'not-allowed':
        return this.notice(
          this.word('staff.not_allowed_title'),
          this.word('staff.not_allowed_text', { user: desk.session?.user ?? '' }),
          html`<button class="button" @click=${() => void desk.signOut()}>${this.word('staff.sign_out')}</button>`,
        );
      case 'ready':
        return this.work();
    }
  }

  private notice(heading: string, text: string, rest: TemplateResult): TemplateResult {
    return html`<section class="middle panel">
      <h2>${heading}</h2>
      <p class="soft">${text}</p>
      ${rest}
    </section>`;
  }

  private alarmBar(): TemplateResult {
    return html`<div class="alarm" role="alert">
      <span>${this.word('alarm.on')}</span>
      ${this.desk.stage === 'ready' && this.desk.may('supervisor')
        ? html`<button class="button small" @click=${() => (this.asking = 'alarm-end')}>${this.word('alarm.end')}</button>`
        : nothing}
    </div>`;
  }

  private question(): TemplateResult | typeof nothing {
    const closed = (): void => {
      this.asking = null;
    };
    switch (this.asking) {
      case null:
        return nothing;
      case 'password':
        return html`<staff-dialog .language=${this.language} .heading=${this.word('password.title')} @closed=${closed}>
          ${this.passwordForm()}
        </staff-dialog>`;
      case 'alarm':
        return html`<staff-dialog
          grave
          reason="required"
          .presets=${[this.word('alarm.reason_fire'), this.word('alarm.reason_danger'), this.word('alarm.reason_drill')]}
          .language=${this.language}
          .heading=${this.word('alarm.title')}
          .text=${this.word('alarm.text')}
          .confirm=${this.word('alarm.confirm')}
          ?busy=${this.sending}
          @confirmed=${(event: CustomEvent<string>) => void this.alarmPressed('/alarm', event.detail)}
          @closed=${closed}
        ></staff-dialog>`;
      case 'alarm-end':
        return html`<staff-dialog
          reason="optional"
          .language=${this.language}
          .heading=${this.word('alarm.end_title')}
          .text=${this.word('alarm.end_text')}
          .confirm=${this.word('alarm.end')}
          ?busy=${this.sending}
          @confirmed=${(event: CustomEvent<string>) => void this.alarmPressed('/alarm/end', event.detail)}
          @closed=${closed}
        ></staff-dialog>`;
    }
  }

  private passwordForm(): TemplateResult {
    return html`<password-form
      .language=${this.language}
      .user=${this.desk.session?.user ?? ''}
      @password-changed=${this.passwordChanged}
    ></password-form>`;
  }

  private readonly passwordChanged = (): void => {
    this.asking = null;
    this.notify(this.word('password.done'));
    void this.desk.refreshSession().catch((error: unknown) => this.complain(error));
  };

  private async alarmPressed(path: string, reason: string): Promise<void> {
    await this.press(path, reason === '' ? {} : { reason });
    this.asking = null;
    await this.desk.refreshOffice().catch((error: unknown) => this.complain(error));
  }
}
