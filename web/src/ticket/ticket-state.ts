/** The ticket itself: its number, and what its state means, in kind words. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { clock, count, kindWait } from '../shared/format';
import { shared } from '../shared/styles';
import { inLang } from '../shared/words';
import type { Office, Ticket } from '../wire';
import { cancellable, near, story } from './story';
import { stateStyles } from './ticket-state-styles';

/** Below this difference the high estimate says nothing new. */
const WORTH_SAYING_S = 600;

@customElement('ticket-state')
export class TicketCard extends QueueElement {
  static override styles = [shared, stateStyles];

  @property({ attribute: false }) office: Office | null = null;
  @property({ attribute: false }) ticket: Ticket | null = null;

  override render(): TemplateResult | typeof nothing {
    const { ticket, office } = this;
    if (ticket === null) return nothing;
    const service = office?.services.find((one) => one.id === ticket.service);
    const time = clock(ticket.issued_at, this.language, office?.time_zone);
    // Nothing on this page may keep anybody in a building that is being left.
    const stays = office?.alarm === true && cancellable(ticket);
    return html`<article class=${stays ? 'alarm' : story(ticket)}>
      <div class="head">
        <p class="label">${this.say('ticket.number')}</p>
        <p class="number ${ticket.number.length > 5 ? 'long' : ''}">${ticket.number}</p>
        <p class="service">${service === undefined ? '' : inLang(service.name, this.language)}</p>
        <p class="issued">${this.say('ticket.issued', { time })}</p>
      </div>
      <div class="told" aria-live="assertive">${stays ? html`<p>${this.say('ticket.alarm')}</p>` : this.#told(ticket)}</div>
      ${stays ? nothing : this.#notes(ticket, office)}
    </article>`;
  }

  #told(ticket: Ticket): TemplateResult {
    switch (story(ticket)) {
      case 'line':
        return this.#line(ticket);
      case 'called':
        return html`<p class="lead">${this.say('ticket.called')}</p>
          ${this.#counter(ticket)}
          <p>${this.say('ticket.called_text')}</p>`;
      case 'serving':
        return html`<p class="lead">${this.say('ticket.serving')}</p>
          ${this.#counter(ticket)}`;
      case 'ready':
        return this.#plain(this.say('ticket.ready'), this.say('ticket.ready_text'));
      case 'parked':
        return this.#plain(this.say('ticket.parked'), this.say('ticket.parked_text'));
      case 'finished':
        return this.#plain(this.say('ticket.finished'), this.say('ticket.finished_text'));
      case 'absent':
        return this.#plain(this.say('ticket.absent'), this.say('ticket.absent_text', { n: ticket.counter ?? '' }));
      case 'cancelled':
        return this.#plain(this.say('ticket.cancelled'), this.say('ticket.cancelled_text'));
      case 'expired':
        return this.#plain(this.say('ticket.expired'), this.say('ticket.expired_text'));
    }
  }

  #line(ticket: Ticket): TemplateResult {
    const ahead = ticket.ahead ?? 0;
    const { wait } = ticket;
    const high = wait !== null && wait.high_s - wait.likely_s > WORTH_SAYING_S;
    return html`${ahead === 0
        ? html`<p class="lead next">${this.say('ticket.next')}</p>`
        : html`<p class="lead">${this.say('ticket.ahead')}</p>
            <p class="ahead">${count(ahead, this.language)}</p>`}
      ${wait === null
        ? nothing
        : html`<p class="wait">
            ${this.say('ticket.wait')} <b>${kindWait(wait.likely_s, this.language)}</b>
            ${high ? html`<span>${this.say('ticket.wait_high', { time: kindWait(wait.high_s, this.language) })}</span>` : nothing}
          </p>`}
      <p>${this.say(near(ticket) ? 'ticket.near' : 'ticket.calm')}</p>`;
  }

  #counter(ticket: Ticket): TemplateResult {
    return html`<p class="counter">${this.say('counter', { n: ticket.counter ?? '' })}</p>`;
  }

  #plain(heading: string, text: string): TemplateResult {
    return html`<p class="heading">${heading}</p>
      <p>${text}</p>`;
  }

  #notes(ticket: Ticket, office: Office | null): TemplateResult | typeof nothing {
    if (ticket.state !== 'waiting' || office === null) return nothing;
    const asked = office.classes.find((one) => one.id === ticket.asked);
    const names = ticket.then
      .map((id) => office.services.find((one) => one.id === id))
      .flatMap((one) => (one === undefined ? [] : [inLang(one.name, this.language)]));
    const notes = [
      asked === undefined ? '' : this.say('ticket.asked', { name: inLang(asked.name, this.language) }),
      names.length === 0 ? '' : this.say('ticket.then', { names: names.join(', ') }),
      ticket.assist ? this.say('ticket.assist') : '',
    ].filter((note) => note !== '');
    return notes.length === 0 ? nothing : html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
  }
}
