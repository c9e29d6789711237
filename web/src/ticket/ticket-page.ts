/** The citizen's phone: one ticket, live. What its state means is in `story.ts`. */

import './ticket-cancel';
import './ticket-rating';
import './ticket-state';

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { cancelTicket, codeOf, officePath, rateTicket, readOffice, readTicket } from '../shared/api';
import { announceLanguage, QueueElement } from '../shared/base';
import { clockSeconds } from '../shared/format';
import { newKey } from '../shared/keys';
import { Link } from '../shared/link';
import { ticketOfPath } from '../shared/place';
import { Loudspeaker } from '../shared/sound';
import { shared } from '../shared/styles';
import { inLang, LANGS, nearestLang, problemWords, say, type Lang } from '../shared/words';
import type { Message, Office, RatingRequest, Ticket } from '../wire';
import { callMark, cancellable, over, rateable } from './story';
import { pageStyles } from './ticket-page-styles';

const OFFICE_EVERY_MS = 15_000;
const READ_AGAIN_MS = 4_000;
const VIBRATION = [400, 150, 400, 150, 800];

@customElement('ticket-page')
export class TicketPage extends QueueElement {
  static override styles = [shared, pageStyles];

  readonly #id = ticketOfPath(location.pathname);
  /** One key per act, also when its button is pressed again after a failure. */
  readonly #keys = { cancel: newKey(), rate: newKey() };
  readonly #bell = new Loudspeaker(() => Date.now(), (blocked) => (this.bell = this.wantsBell && !blocked));
  #link: Link | null = null;
  #place = '';
  #rang: string | null = null;
  #rings = 0;

  @state() private office: Office | null = null;
  @state() private ticket: Ticket | null = null;
  @state() private problem: string | null = null;
  @state() private offline = false;
  @state() private since = 0;
  @state() private busy = false;
  @state() private thanked = false;
  @state() private wantsBell = false;
  @state() private bell = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.language = nearestLang(navigator.language);
    void this.#begin();
  }

  override render(): TemplateResult {
    return html`<header>
        <h1>${this.office === null ? nothing : inLang(this.office.name, this.language)}</h1>
        <div class="langs" role="group" aria-label=${this.say('language.choose')}>
          ${LANGS.map((lang) => this.#langButton(lang))}
        </div>
      </header>
      <main>${this.ticket === null ? this.#before() : this.#shown(this.ticket)}</main>`;
  }

  #langButton(lang: Lang): TemplateResult {
    return html`<button lang=${lang} aria-label=${`${lang.toUpperCase()} – ${say(lang, 'language.name')}`} aria-pressed=${lang === this.language ? 'true' : 'false'}
      @click=${() => this.#speak(lang)}>${lang.toUpperCase()}</button>`;
  }

  #before(): TemplateResult {
    const missing = this.problem === 'unknown-ticket' || this.problem === 'not-found';
    const key = missing ? 'ticket.missing' : this.problem === null ? 'line.first' : 'line.offline';
    return html`<section class="plain" role="status">
      <h2>${this.say(key)}</h2>
      ${missing ? html`<p>${this.say('ticket.missing_text')}</p>` : nothing}
    </section>`;
  }

  #shown(ticket: Ticket): TemplateResult {
    const since = clockSeconds(this.since, this.language, this.office?.time_zone);
    return html`${this.offline ? html`<p class="strip" role="status">${this.say('line.mending', { time: since })}</p>` : nothing}
      ${this.office?.alarm === true ? html`<p class="strip alarm" role="alert">${this.#alarmWords(this.office)}</p>` : nothing}
      <ticket-state .language=${this.language} .office=${this.office} .ticket=${ticket}></ticket-state>
      ${this.problem === null ? nothing : html`<p class="strip" role="alert">${problemWords(this.language, this.problem)}</p>`}
      ${rateable(ticket) && !this.thanked
        ? html`<ticket-rating .language=${this.language} .busy=${this.busy} @rate=${this.#rate}></ticket-rating>`
        : nothing}
      ${this.thanked ? html`<p class="thanks" role="status">${this.say('rating.thanks')}</p>` : nothing}
      ${this.office?.alarm !== true && (ticket.state === 'waiting' || ticket.state === 'parked') ? this.#bellButton() : nothing}
      ${cancellable(ticket)
        ? html`<ticket-cancel .language=${this.language} .number=${ticket.number} .busy=${this.busy} @cancel-ticket=${this.#cancel}></ticket-cancel>`
        : nothing}`;
  }

  #alarmWords(office: Office): string {
    const notice = office.notices.find((one) => one.kind === 'alarm');
    return notice === undefined ? this.say('lobby.alarm_more') : inLang(notice.text, this.language);
  }

  #bellButton(): TemplateResult {
    return html`<div class="bell">
      <button class="button ${this.bell ? '' : 'primary'}" aria-pressed=${this.bell ? 'true' : 'false'} @click=${this.#wake}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 17V11a6 6 0 0 1 12 0v6l1.500 2h-15zM10 21h4" /></svg>
        ${this.say(this.bell ? 'ticket.bell_is_on' : 'ticket.bell_on')}
      </button>
      <small>${this.say('ticket.bell_hint')}</small>
    </div>`;
  }

  async #begin(): Promise<void> {
    try {
      const place = await readTicket(this.#id);
      this.#place = place.office;
      this.#speak(nearestLang(place.ticket.lang));
      this.#take(place.ticket);
      this.problem = null;
      if (!over(place.ticket)) this.#hold();
      await this.#readOffice();
    } catch (error) {
      this.problem = codeOf(error);
      if (this.problem === 'offline') window.setTimeout(() => void this.#begin(), READ_AGAIN_MS);
    }
  }

  async #readOffice(): Promise<void> {
    this.office = await readOffice(this.#place).catch(() => this.office);
  }

  #hold(): void {
    if (this.#link !== null) return;
    // The line tells of the ticket alone; an alarm is learnt from the office.
    window.setInterval(() => {
      if (document.visibilityState === 'visible') void this.#readOffice();
    }, OFFICE_EVERY_MS);
    this.#link = new Link(`${officePath(this.#place)}/live/tickets/${encodeURIComponent(this.#id)}`, {
      onMessage: (message) => this.#receive(message),
      onState: (line, since) => {
        this.offline = line === 'offline';
        this.since = since ?? Date.now();
      },
      // Half-written words of a rating are worth more than a newer page.
      onNewBuild: () => (this.ticket !== null && rateable(this.ticket) ? undefined : location.reload()),
    }, { kind: 'phone' }).start();
  }

  #receive(message: Message): void {
    if (message.type === 'hello') void this.#readOffice();
    if (message.type === 'ticket') this.#take(message.ticket);
  }

  #take(ticket: Ticket): void {
    this.ticket = ticket;
    const mark = callMark(ticket);
    if (mark !== null && mark !== this.#rang) this.#ring(ticket);
    this.#rang = mark;
    this.#title();
    if (!over(ticket)) return;
    this.#link?.stop();
    this.#link = null;
  }

  #ring(ticket: Ticket): void {
    navigator.vibrate?.(VIBRATION);
    this.#rings += 1;
    const soon = new Date(Date.now() + 60_000).toISOString();
    this.#bell.announce(this.#rings, {
      number: ticket.number, counter: ticket.counter ?? 0, recall: 0, called_at: '', expires_at: soon, text: {},
      clips: [`${this.language}/chime`, `${this.language}/chime`],
    });
  }

  #title(): void {
    const { ticket } = this;
    const called = ticket !== null && ticket.state === 'called';
    const title = called
      ? this.say('ticket.title_called', { n: ticket.counter ?? '' })
      : this.say('ticket.title', { number: ticket?.number ?? '' });
    announceLanguage(this.language, title);
  }

  #speak(lang: Lang): void {
    this.language = lang;
    this.#title();
  }

  readonly #wake = (): void => {
    this.wantsBell = true;
    navigator.vibrate?.(60);
    void this.#bell.wake();
  };

  readonly #cancel = (): void => void this.#act(() => cancelTicket(this.#place, this.#id, { key: this.#keys.cancel }));

  readonly #rate = (event: CustomEvent<RatingRequest>): void =>
    void this.#act(async () => {
      await rateTicket(this.#place, this.#id, event.detail, { key: this.#keys.rate });
      this.thanked = true;
      return null;
    });

  async #act(act: () => Promise<Ticket | null>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const ticket = await act();
      this.problem = null;
      if (ticket !== null) this.#take(ticket);
    } catch (error) {
      this.problem = codeOf(error);
      if (this.problem === 'already-rated') this.thanked = true;
      // A refused key belongs to another wording of the act: the next press is an act of its own.
      if (this.problem === 'idempotency-key-reused') Object.assign(this.#keys, { cancel: newKey(), rate: newKey() });
    } finally {
      this.busy = false;
    }
  }
}
