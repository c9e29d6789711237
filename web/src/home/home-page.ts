/** The first page: which office, and which of its screens. */

import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { readOffices } from '../shared/api';
import { announceLanguage, QueueElement } from '../shared/base';
import { count } from '../shared/format';
import { keep, kept } from '../shared/keep';
import { isLocal } from '../shared/address';
import { shared } from '../shared/styles';
import { inLang, LANGS, nearestLang, say, type Lang } from '../shared/words';
import type { Office } from '../wire';
import { homeStyles } from './home-page-styles';

const LANG_KEY = 'queue.language';
const READ_EVERY_MS = 10_000;
const ROLES = ['kiosk', 'lobby', 'clerk', 'reception', 'dashboard', 'admin'] as const;
type Role = (typeof ROLES)[number];

@customElement('home-page')
export class HomePage extends QueueElement {
  static override styles = [shared, homeStyles];

  @state() private offices: readonly Office[] | null = null;
  @state() private offline = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#speak(nearestLang(kept(LANG_KEY)));
    void this.#read();
    window.setInterval(() => void this.#read(), READ_EVERY_MS);
  }

  override render(): TemplateResult {
    return html`<header>
        <div class="title">
          <h1>${this.say('home.title')}</h1>
          <p>${this.say('home.choose')}</p>
        </div>
        <div class="langs" role="group" aria-label=${this.say('language.choose')}>
          ${LANGS.map((lang) => this.#langButton(lang))}
        </div>
      </header>
      <main>
        ${this.offline ? html`<p class="strip" role="status">${this.say('line.offline')}</p>` : nothing}
        ${this.offices === null ? this.#before() : this.offices.map((office) => this.#office(office))}
        ${this.#phones()}
        ${this.offices?.length === 0 ? html`<p class="before">${this.say('home.none')}</p>` : nothing}
      </main>`;
  }

  #langButton(lang: Lang): TemplateResult {
    return html`<button lang=${lang} aria-label=${`${lang.toUpperCase()} – ${say(lang, 'language.name')}`} aria-pressed=${lang === this.language ? 'true' : 'false'}
      @click=${() => this.#speak(lang)}>${lang.toUpperCase()}</button>`;
  }

  #before(): TemplateResult | typeof nothing {
    return this.offline ? nothing : html`<p class="before" role="status">${this.say('line.first')}</p>`;
  }

  /** Whoever sets the office up learns here, not from a citizen, that the codes lead nowhere. */
  #phones(): TemplateResult | typeof nothing {
    const [office] = this.offices ?? [];
    if (office === undefined || !isLocal(office.public_url)) return nothing;
    return html`<p class="strip phones">${this.say('home.phones', { url: office.public_url })}</p>`;
  }

  #office(office: Office): TemplateResult {
    const waiting = office.services.reduce((sum, service) => sum + service.waiting, 0);
    const open = office.counters.filter((counter) => counter.state === 'open').length;
    const now = office.alarm ? 'alarm' : office.open ? 'open' : 'shut';
    return html`<section>
      <h2>${inLang(office.name, this.language)}</h2>
      <p class="facts">
        <span class="state ${now}">${this.say(`home.${now}`)}</span>
        <span>${this.say('home.waiting', { n: count(waiting, this.language) })}</span>
        <span>${this.say('home.counters', { n: count(open, this.language) })}</span>
      </p>
      <ul>
        ${ROLES.map((role) => html`<li>${this.#card(office, role)}</li>`)}
      </ul>
    </section>`;
  }

  #card(office: Office, role: Role): TemplateResult {
    return html`<a href="/${encodeURIComponent(office.id)}/${role}">
      <svg viewBox="0 0 24 24" aria-hidden="true">${SIGNS[role]}</svg>
      <span><b>${this.say(`home.${role}`)}</b><small>${this.say(`home.${role}_text`)}</small></span>
    </a>`;
  }

  async #read(): Promise<void> {
    try {
      this.offices = (await readOffices()).items;
      this.offline = false;
    } catch {
      this.offline = true;
    }
  }

  #speak(lang: Lang): void {
    this.language = lang;
    keep(LANG_KEY, lang);
    announceLanguage(lang, this.say('home.title'));
  }
}

const SIGNS: Readonly<Record<Role, SVGTemplateResult>> = {
  kiosk: svg`<rect x="5" y="3" width="14" height="9" rx="2"/><path d="M8 12v8l2-1.500 2 1.500 2-1.500 2 1.500v-8M9 7.500h6"/>`,
  lobby: svg`<rect x="2.500" y="4" width="19" height="13" rx="2"/><path d="M8 21h8M12 17v4M6.500 8.500h5M6.500 12.500h5M15 8v5M18 9.500v2"/>`,
  clerk: svg`<circle cx="12" cy="6.500" r="3"/><path d="M6.500 15c0-3 2.500-4.500 5.500-4.500s5.500 1.500 5.500 4.500M3 15h18M5 15v6M19 15v6"/>`,
  reception: svg`<path d="M4 17a8 8 0 0 1 16 0M2.500 20h19M12 9V6M10 5.500h4"/>`,
  dashboard: svg`<path d="M4 4v16h16M8 16v-5M12.500 16V7M17 16v-7"/>`,
  admin: svg`<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.200 2.200M16.200 16.200l2.200 2.200M5.600 18.400l2.200-2.200M16.200 7.800l2.200-2.200"/>`,
};
