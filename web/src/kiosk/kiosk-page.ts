/** The kiosk: which screen is shown, and what happens in between. The rules of the screens are in `flow.ts`.
 *  Invariant: one key per ticket that was asked for; a retry after a lost answer sends the same one. */

import './kiosk-confirm';
import './kiosk-message';
import './kiosk-result';
import './kiosk-services';
import './kiosk-start';

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { codeOf, isRefusal, officePath, readOffice, takeTicket } from '../shared/api';
import { announceLanguage, QueueElement } from '../shared/base';
import { clock, longDate } from '../shared/format';
import { newKey } from '../shared/keys';
import { Link } from '../shared/link';
import { hourIn, reloadDue, reloadSafely } from '../shared/nightly';
import { officeOfPath } from '../shared/place';
import { shared } from '../shared/styles';
import { hallLangs, inLang, problemWords, say, type Lang } from '../shared/words';
import type { Message, Office, TicketRequest } from '../wire';
import { closesAt, countdown, request, shut, type Screen } from './flow';
import type { Wishes } from './kiosk-confirm';
import type { Sign } from './kiosk-message';
import { pageStyles } from './kiosk-page-styles';

/** The paper of a citizen who pressed is worth a minute of trying. */
const PATIENCE_MS = 60_000;
const READ_EVERY_MS = 20_000;
/** Boards come with every ticket; the office is read at most so often. */
const READ_PAUSE_MS = 3_000;

@customElement('kiosk-page')
export class KioskPage extends QueueElement {
  static override styles = [shared, pageStyles];

  readonly #place = officeOfPath(location.pathname);
  readonly #paper = new URLSearchParams(location.search).has('print');
  readonly #tall = window.matchMedia('(orientation: portrait)');
  readonly #startedAt = Date.now();
  readonly #link = new Link(`${officePath(this.#place)}/live/lobby`, {
    onMessage: (message) => this.#receive(message),
    onState: (line) => {
      this.away = line === 'offline';
      if (line === 'live') void this.#readOffice();
    },
    onNewBuild: () => (this.#stale = true),
  });
  /** The ticket that was asked for and not yet received. */
  #pending: { key: string; request: TicketRequest } | null = null;
  #touchedAt = Date.now();
  #readAt = 0;
  #stale = false;

  @state() private office: Office | null = null;
  @state() private screen: Screen = { name: 'start' };
  @state() private now = Date.now();
  @state() private away = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#link.start();
    void this.#readOffice();
    window.setInterval(() => this.#tick(), 250);
    this.#tall.addEventListener('change', () => this.requestUpdate());
    document.addEventListener('pointerdown', () => this.#touch());
    document.addEventListener('keydown', () => this.#touch());
    for (const gesture of ['contextmenu', 'dragstart', 'gesturestart']) {
      document.addEventListener(gesture, (event) => event.preventDefault());
    }
  }

  override updated(changed: PropertyValues): void {
    if (!changed.has('screen')) return;
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
    if (this.screen.name === 'result' && this.#paper) window.setTimeout(() => window.print(), 200);
  }

  override render(): TemplateResult {
    const { office } = this;
    const left = countdown(this.screen, closesAt(this.screen, this.#touchedAt), this.now);
    return html`<header>
        <h1>${office === null ? nothing : inLang(office.name, this.language)}</h1>
        <p>
          <time>${clock(this.#link.now(), this.language, office?.time_zone)}</time>
          <span>${longDate(this.#link.now(), this.language, office?.time_zone)}</span>
        </p>
      </header>
      <main tabindex="-1">${office === null ? this.#first() : this.#shown(office)}</main>
      <footer>${left === null ? nothing : this.#closes(left)}</footer>`;
  }

  #closes(left: number): TemplateResult {
    return html`<p>${this.say('kiosk.closes', { n: left })}</p>
      <progress max="15" value=${Math.min(15, left)} aria-hidden="true"></progress>`;
  }

  #first(): TemplateResult {
    return this.away
      ? this.#message('line', this.say('kiosk.away_title'), this.say('kiosk.away_text'))
      : this.#message('work', this.say('kiosk.first'), '');
  }

  #shown(office: Office): TemplateResult {
    const { screen } = this;
    const why = shut(office);
    // Whoever has asked for a number sees how that ends before the doors close; only an alarm outranks a number.
    if (why === 'alarm' && screen.name !== 'taking') {
      return this.#alarm(office);
    }
    if (screen.name === 'result') {
      return html`<kiosk-result .language=${this.language} .office=${office} .ticket=${screen.ticket} .paper=${this.#paper}
        @done=${this.#home} @longer=${() => this.#touch()}></kiosk-result>`;
    }
    if (screen.name === 'taking') {
      const slow = screen.unknown === true ? problemWords(this.language, 'outcome-unknown') : this.say('kiosk.taking_slow');
      return this.#message('work', this.say('kiosk.taking'), screen.slow ? slow : '');
    }
    if (this.away) return this.#message('line', this.say('kiosk.away_title'), this.say('kiosk.away_text'));
    if (screen.name === 'failed') return this.#failed(screen.code);
    if (why === 'closed' && office.day_closed) {
      return this.#message('clock', this.say('kiosk.ended_title'), this.say('kiosk.ended_text'));
    }
    if (why === 'closed') return this.#message('clock', this.say('kiosk.closed_title'), this.#closedWords(office));
    return this.#choosing(office, screen);
  }

  #choosing(office: Office, screen: Screen): TemplateResult {
    if (screen.name === 'services') {
      return html`<kiosk-services .language=${this.language} .services=${office.services} .tall=${this.#tall.matches}
        @back=${this.#home} @ask-help=${() => (this.screen = { name: 'help' })} @choose-service=${this.#chooseService}
      ></kiosk-services>`;
    }
    if (screen.name === 'confirm') {
      const service = office.services.find((one) => one.id === screen.service) ?? null;
      return html`<kiosk-confirm .language=${this.language} .service=${service} .classes=${office.classes.slice(1)}
        @back=${() => (this.screen = { name: 'services' })} @confirm=${this.#confirm}></kiosk-confirm>`;
    }
    if (screen.name === 'help') {
      return this.#message('help', this.say('kiosk.help_title'), this.say('kiosk.help_text'), html`
        <button class="button" @click=${() => (this.screen = { name: 'services' })}>${this.say('button.back')}</button>`);
    }
    return html`<kiosk-start .language=${this.language} .langs=${hallLangs(office.languages)} .notices=${office.notices}
      @choose-language=${this.#chooseLanguage}></kiosk-start>`;
  }

  #failed(code: string): TemplateResult {
    const words = `${problemWords(this.language, code)}\n${this.say('kiosk.failed_help')}`;
    return this.#message('sorry', this.say('kiosk.failed_title'), words, html`
      ${this.#pending === null ? nothing : html`<button class="button primary" @click=${() => void this.#take()}>${this.say('button.again')}</button>`}
      <button class="button" @click=${this.#home}>${this.say('kiosk.start_again')}</button>`);
  }

  #message(sign: Sign, heading: string, text: string | readonly TemplateResult[], buttons: TemplateResult | typeof nothing = nothing): TemplateResult {
    return html`<kiosk-message .language=${this.language} .sign=${sign} .heading=${heading} .text=${text}>${buttons}</kiosk-message>`;
  }

  /** In all the hall's languages at once: whoever reads it has chosen none. */
  #alarm(office: Office): TemplateResult {
    const langs = hallLangs(office.languages);
    const notice = office.notices.find((one) => one.kind === 'alarm');
    const words = (lang: Lang): string => (notice === undefined ? say(lang, 'lobby.alarm_more') : inLang(notice.text, lang));
    const heading = langs.map((lang) => say(lang, 'lobby.alarm').toLocaleUpperCase(lang)).join(' / ');
    return this.#message('alarm', heading, langs.map((lang) => html`<span lang=${lang}>${words(lang)}</span>`));
  }

  #closedWords(office: Office): string {
    const hours = office.hours_today ?? [];
    if (hours.length === 0) return this.say('kiosk.closed_today');
    return this.say('kiosk.closed_hours', { hours: hours.map((span) => span.replace('-', '–')).join(', ') });
  }

  readonly #home = (): void => {
    this.#pending = null;
    this.screen = { name: 'start' };
    this.#speak(hallLangs(this.office?.languages ?? [])[0] ?? 'vi');
    if (this.#stale) void reloadSafely();
  };

  readonly #chooseLanguage = (event: CustomEvent<Lang>): void => {
    this.#speak(event.detail);
    this.screen = { name: 'services' };
    void this.#readOffice();
  };

  readonly #chooseService = (event: CustomEvent<string>): void => {
    this.screen = { name: 'confirm', service: event.detail };
  };

  readonly #confirm = (event: CustomEvent<Wishes>): void => {
    if (this.screen.name !== 'confirm') return;
    const { classId, assist } = event.detail;
    this.#pending = { key: newKey(), request: request(this.screen.service, this.language, classId, assist) };
    void this.#take();
  };

  async #take(): Promise<void> {
    const pending = this.#pending;
    if (pending === null || this.screen.name === 'taking') return;
    this.screen = { name: 'taking', request: pending.request, slow: false };
    // Once nobody knows, nobody knows until there is an answer.
    let unknown = false;
    const onRetry = (_attempt: number, error: unknown): void => {
      unknown ||= codeOf(error) === 'outcome-unknown';
      this.screen = { name: 'taking', request: pending.request, slow: true, unknown };
    };
    try {
      const ticket = await takeTicket(this.#place, pending.request, { key: pending.key, patienceMs: PATIENCE_MS, onRetry });
      this.#pending = null;
      this.screen = { name: 'result', ticket };
    } catch (error) {
      const code = codeOf(error);
      // A no of the rules is final; in all else the same key may still bring the number.
      if (isRefusal(error)) this.#pending = null;
      this.screen = { name: 'failed', code };
      void this.#readOffice();
    }
    this.#touch();
  }

  #speak(lang: Lang): void {
    this.language = lang;
    announceLanguage(lang, this.say('kiosk.title'));
  }

  #touch(): void {
    this.#touchedAt = Date.now();
  }

  #receive(message: Message): void {
    if (message.type !== 'board') return;
    const changed = this.office !== null && this.office.alarm !== message.board.alarm;
    if (changed || Date.now() - this.#readAt > READ_PAUSE_MS) void this.#readOffice();
  }

  async #readOffice(): Promise<void> {
    this.#readAt = Date.now();
    const first = this.office === null;
    const office = await readOffice(this.#place).catch(() => null);
    if (office === null) return;
    this.office = office;
    if (first) this.#speak(hallLangs(office.languages)[0] ?? 'vi');
  }

  #tick(): void {
    this.now = Date.now();
    if (this.now >= closesAt(this.screen, this.#touchedAt)) this.#home();
    if (this.now - this.#readAt > (this.office === null ? READ_PAUSE_MS : READ_EVERY_MS)) void this.#readOffice();
    if (this.screen.name !== 'start' || this.office === null) return;
    if (this.#stale) void reloadSafely();
    const hour = hourIn(this.#link.now(), this.office.time_zone);
    if (reloadDue(this.now, hour, this.#startedAt, this.#touchedAt)) void reloadSafely();
  }
}
