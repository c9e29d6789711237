/** The screen of the hall. It keeps the last board whatever happens to the line, and is never blank.
 *  What is shown of a board is decided in `screen.ts`; this page holds the line, the clock and the loudspeaker. */

import './lobby-alarm';
import './lobby-calls';
import './lobby-counters';
import './lobby-footer';
import './lobby-services';

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { officePath, readOffice } from '../shared/api';
import { announceLanguage, QueueElement } from '../shared/base';
import { clock, longDate } from '../shared/format';
import { forget, keep, kept } from '../shared/keep';
import { Link } from '../shared/link';
import { hourIn, reloadDue, reloadSafely } from '../shared/nightly';
import { officeOfPath } from '../shared/place';
import { Loudspeaker } from '../shared/sound';
import { shared } from '../shared/styles';
import { hallLangs, say, type Lang } from '../shared/words';
import type { Board, Call, Message, Office } from '../wire';
import { bothOf } from './labels';
import { lobbyStyles } from './lobby-page-styles';
import { outgrown, Recalls } from './screen';
import type { SpeakerState } from './lobby-footer';

const SPEAKER_KEY = 'queue.speaker';
const WAKE_MS = 1_000;
const READ_AGAIN_MS = 3_000;

@customElement('lobby-page')
export class LobbyPage extends QueueElement {
  static override styles = [shared, lobbyStyles];

  readonly #place = officeOfPath(location.pathname);
  readonly #recalls = new Recalls();
  readonly #startedAt = Date.now();
  readonly #link: Link = new Link(
    `${officePath(this.#place)}/live/lobby`,
    {
      onMessage: (message) => this.#receive(message),
      onState: (line, since) => {
        this.offline = line === 'offline';
        this.since = since ?? 0;
      },
    },
    { resume: true },
  );
  readonly #speaker = new Loudspeaker(
    () => this.#link.now(),
    (blocked) => (this.speaker = this.speaker === 'off' ? 'off' : blocked ? 'blocked' : 'on'),
  );
  #lastCallAt = 0;
  #wokenAt = 0;
  #reading = false;

  @state() private office: Office | null = null;
  @state() private board: Board | null = null;
  @state() private now = Date.now();
  @state() private offline = false;
  @state() private since = 0;
  @state() private heard: Call | null = null;
  @state() private speaker: SpeakerState = 'off';

  override connectedCallback(): void {
    super.connectedCallback();
    this.#link.start();
    void this.#readOffice();
    window.setInterval(() => this.#tick(), 1_000);
    document.addEventListener('pointerdown', () => this.#touched());
    document.addEventListener('keydown', () => this.#touched());
    const asked = new URLSearchParams(location.search).get('speaker') === '1';
    if (asked || kept(SPEAKER_KEY) === this.#place) this.#speak();
  }

  override render(): TemplateResult {
    const { office, board } = this;
    if (office === null || board === null) return html`<main class="first-time"><p>${this.#firstWords()}</p></main>`;
    const langs = hallLangs(office.languages);
    const [lang = 'vi'] = langs;
    return html`<header>
        <h1>${bothOf(langs, office.name)}</h1>
        <p class="clock">
          <time>${clock(this.now, lang, office.time_zone)}</time>
          <span>${longDate(this.now, lang, office.time_zone)}</span>
        </p>
      </header>
      <main>
        <lobby-calls
          .langs=${langs}
          .calls=${board.calls}
          .recalls=${this.#recalls}
          .closed=${board.services.every((service) => service.closed_because === 'office-closed')}
          .now=${this.now}
        ></lobby-calls>
        <div class="side">
          <lobby-services
            .langs=${langs}
            .services=${office.services}
            .places=${office.counters}
            .board=${board.services}
            .counters=${board.counters}
            .now=${this.now}
          ></lobby-services>
          <lobby-counters .langs=${langs} .counters=${board.counters} .calls=${board.calls} .now=${this.now}></lobby-counters>
        </div>
      </main>
      ${this.#footer(langs, board, office)} ${this.#heardOnly(lang)}
      ${board.alarm ? html`<lobby-alarm .langs=${langs} .notices=${board.notices}></lobby-alarm>` : nothing}`;
  }

  #footer(langs: Lang[], board: Board, office: Office): TemplateResult {
    return html`<lobby-footer
      role="contentinfo"
      .langs=${langs}
      .notices=${board.notices.filter((notice) => notice.kind !== 'alarm')}
      .now=${this.now}
      .zone=${office.time_zone}
      .offline=${this.offline}
      .since=${this.since}
      .speaker=${this.speaker}
      @speaker-press=${this.#press}
    ></lobby-footer>`;
  }

  #heardOnly(lang: Lang): TemplateResult {
    return html`<p class="heard-only" aria-live="assertive" lang=${lang}>${this.heard?.text[lang] ?? ''}</p>`;
  }

  #firstWords(): string {
    const key = this.offline ? 'line.offline' : 'line.first';
    return `${say('vi', key)} · ${say('en', key)}`;
  }

  #receive(message: Message): void {
    if (message.type === 'hello') void this.#readOffice();
    if (message.type === 'call') {
      this.#recalls.heard(message.call);
      this.#lastCallAt = Date.now();
      this.heard = message.call;
      if (this.speaker !== 'off') this.#speaker.announce(message.seq, message.call);
    }
    if (message.type === 'board') {
      this.board = message.board;
      this.now = this.#link.now();
      const { office } = this;
      if (office === null) return;
      const services = new Set(office.services.map((service) => service.id));
      const counters = new Set(office.counters.map((counter) => counter.id));
      if (outgrown(message.board, services, counters)) void this.#readOffice();
    }
  }

  async #readOffice(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      this.office = await readOffice(this.#place);
      const [lang = 'vi'] = hallLangs(this.office.languages);
      announceLanguage(lang, say(lang, 'lobby.title'));
    } catch {
      if (this.office === null) window.setTimeout(() => void this.#readOffice(), READ_AGAIN_MS);
    } finally {
      this.#reading = false;
    }
  }

  #tick(): void {
    this.now = this.#link.now();
    const zone = this.office?.time_zone;
    if (zone === undefined) return;
    if (reloadDue(Date.now(), hourIn(this.now, zone), this.#startedAt, this.#lastCallAt)) void reloadSafely();
  }

  readonly #press = (): void => {
    if (this.speaker === 'off') this.#speak();
    // The touch that woke the sound may have been on this very button: it is not a second wish.
    else if (this.speaker === 'on' && Date.now() - this.#wokenAt > WAKE_MS) {
      this.speaker = 'off';
      forget(SPEAKER_KEY);
      void this.#speaker.sleep();
    }
  };

  #speak(): void {
    this.speaker = 'blocked';
    keep(SPEAKER_KEY, this.#place);
    void this.#speaker.wake();
  }

  #touched(): void {
    if (this.speaker !== 'blocked') return;
    this.#wokenAt = Date.now();
    void this.#speaker.wake();
  }
}
