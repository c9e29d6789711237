/** The ticket in the clerk's hands, large: number, service, class, why it came, how long it has been here. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { clock } from '../../shared/format';
import { StaffElement } from '../element';
import { marksOf, serviceName } from '../names';
import { since, span, timer } from '../time';
import type { Counter, Office, Ticket, WhyCalled } from '../../wire';

@customElement('ticket-card')
export class TicketCard extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      :host {
        display: flex;
        flex: 1;
        min-height: 0;
      }
      section {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-width: 0;
        justify-content: safe center;
        overflow-y: auto;
        gap: 10px;
        padding: 20px 28px;
        border: 1px solid var(--line);
        border-left: 12px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--card);
        box-shadow: var(--shadow);
      }
      section.called {
        border-left-color: var(--gold);
      }
      section.serving {
        border-left-color: var(--green);
      }
      section.paused {
        border-left-color: var(--blue);
      }
      .top {
        display: flex;
        align-items: center;
        justify-content: space-between;
        font-size: 18px;
        font-weight: 700;
      }
      .called .top {
        color: var(--gold-ink);
      }
      .serving .top {
        color: var(--green);
      }
      .timer {
        font-size: 30px;
        font-variant-numeric: tabular-nums;
      }
      .number {
        font-size: clamp(64px, min(20vh, 22vw), 240px);
        line-height: 1;
      }
      .service {
        font-size: 24px;
        font-weight: 700;
      }
      .marks {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .marks .chip {
        font-size: 16px;
        padding: 4px 14px;
      }
      @media (max-height: 720px) {
        section {
          gap: 4px;
          padding: 10px 24px;
        }
        .marks .chip {
          font-size: 14px;
          padding: 2px 12px;
        }
      }
      .idle {
        font-size: 34px;
        font-weight: 700;
        line-height: 1.2;
      }
    `,
  ];

  @property({ attribute: false }) counter: Counter | null = null;
  @property({ attribute: false }) office: Office | null = null;
  /** The server's clock, in milliseconds. */
  @property({ type: Number }) now = 0;

  override render(): TemplateResult {
    const counter = this.counter;
    if (counter === null) return html`<section><p class="soft">${this.word('staff.loading')}</p></section>`;
    return counter.ticket === null ? this.empty(counter) : this.held(counter, counter.ticket);
  }

  private held(counter: Counter, ticket: Ticket): TemplateResult {
    const start = counter.ticket_since ?? ticket.called_at;
    return html`<section class=${ticket.state}>
      <div class="top">
        <span>${this.word(ticket.state === 'called' ? 'clerk.called' : 'clerk.serving')}</span>
        ${start === null ? nothing : html`<span class="timer" role="timer">${timer(since(start, this.now))}</span>`}
      </div>
      <div class="number">${ticket.number}</div>
      <div class="service">${serviceName(this.office, ticket.service, this.language)}</div>
      <div class="marks">
        ${marksOf(ticket, this.office, this.language).map((mark) => html`<span class="chip ${mark.tone}">${mark.text}</span>`)}
      </div>
      ${counter.why === null ? nothing : html`<p class="soft">${this.why(counter.why)}</p>`}
      ${ticket.then.length === 0
        ? nothing
        : html`<p class="soft">
            ${this.word('clerk.then', {
              names: ticket.then.map((id) => serviceName(this.office, id, this.language)).join(' → '),
            })}
          </p>`}
    </section>`;
  }

  private why(why: WhyCalled): string {
    const wait = span(why.waited_s, this.language);
    switch (why.rule) {
      case 'chosen':
        return this.word('clerk.why_chosen', { reason: why.reason ?? '–' });
      case 'taken-up':
        return this.word('clerk.why_taken_up', { wait });
      case 'backup':
        return this.word('clerk.why_backup', { wait });
      default:
        return this.word('clerk.why_turn', { wait });
    }
  }

  private empty(counter: Counter): TemplateResult {
    const at = this.word('clerk.since', { time: clock(counter.since, this.language, this.office?.time_zone) });
    if (counter.state === 'paused') {
      return html`<section class="paused">
        <p class="idle">${this.word('clerk.paused_title')}</p>
        <p>${counter.pause_reason} <span class="soft">${at}</span></p>
      </section>`;
    }
    if (counter.state === 'closed') {
      return html`<section><p class="idle">${this.word('clerk.closed_title')}</p></section>`;
    }
    return html`<section>
      <p class="idle">${this.word('clerk.idle')}</p>
      <p class="soft">
        ${counter.waiting === 0 ? this.word('clerk.nobody_waits') : this.word('clerk.idle_waiting', { n: counter.waiting })}
      </p>
    </section>`;
  }
}
