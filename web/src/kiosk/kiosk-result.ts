/** The number, giant, with all that its holder needs to know; also as a slip of 80 mm for a printer. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { ticketAddress } from '../shared/address';
import { QueueElement } from '../shared/base';
import { clock, count, kindWait, shortDate } from '../shared/format';
import { qrPath } from '../shared/qr';
import { shared } from '../shared/styles';
import { inLang } from '../shared/words';
import type { Office, Ticket } from '../wire';
import { resultStyles } from './kiosk-result-styles';
import { kioskStyles } from './kiosk-styles';

@customElement('kiosk-result')
export class KioskResult extends QueueElement {
  static override styles = [shared, kioskStyles, resultStyles];

  @property({ attribute: false }) office: Office | null = null;
  @property({ attribute: false }) ticket: Ticket | null = null;
  /** Whether a printer hangs on this kiosk. */
  @property({ type: Boolean }) paper = false;

  override render(): TemplateResult | typeof nothing {
    const { office, ticket } = this;
    if (office === null || ticket === null) return nothing;
    const service = office.services.find((one) => one.id === ticket.service);
    return html`<section class="slip" aria-live="polite">
        <p class="office">${inLang(office.name, this.language)}</p>
        <p class="lead">${this.say('kiosk.your_number')}</p>
        <p class="number ${ticket.number.length > 4 ? 'long' : ''}">${ticket.number}</p>
        <p class="service">${inLang(service?.name ?? {}, this.language)}</p>
        <dl>${this.#facts(ticket)}</dl>
        ${this.#notes(office, ticket)}
        <div class="scan">${this.#code(office, ticket)}<p>${this.say('kiosk.scan')}</p></div>
        <p class="taken">
          ${shortDate(ticket.issued_at, this.language, office.time_zone)} · ${clock(ticket.issued_at, this.language, office.time_zone)}
        </p>
      </section>
      <p class="keep">
        <b>${this.say(this.paper ? 'kiosk.take_paper' : 'kiosk.keep')}</b><span>${this.say('kiosk.thanks')}</span>
      </p>
      <div class="foot">
        <button class="button" @click=${() => this.tell('longer', null)}>${this.say('kiosk.longer')}</button>
        <button class="button primary" @click=${() => this.tell('done', null)}>${this.say('kiosk.done')}</button>
      </div>`;
  }

  #facts(ticket: Ticket): TemplateResult {
    return html`<div>
        <dt>${this.say('kiosk.ahead')}</dt>
        <dd>${ticket.ahead === null ? '–' : count(ticket.ahead, this.language)}</dd>
      </div>
      <div>
        <dt>${this.say('kiosk.wait')}</dt>
        <dd>${ticket.wait === null ? '–' : kindWait(ticket.wait.likely_s, this.language)}</dd>
      </div>`;
  }

  #notes(office: Office, ticket: Ticket): TemplateResult {
    const asked = office.classes.find((one) => one.id === ticket.asked);
    const name = asked === undefined ? '' : inLang(asked.name, this.language);
    return html`${asked === undefined ? nothing : html`<p class="note">${this.say('kiosk.asked', { name })}</p>`}
    ${ticket.assist ? html`<p class="note">${this.say('kiosk.assist_noted')}</p>` : nothing}`;
  }

  #code(office: Office, ticket: Ticket): TemplateResult {
    const { side, path } = qrPath(ticketAddress(office.public_url, location.origin, ticket.url));
    return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label=${this.say('kiosk.scan')} shape-rendering="crispEdges">
      <rect width="100%" height="100%" fill="#ffffff" /><path d=${path} fill="#000000" />
    </svg>`;
  }
}
