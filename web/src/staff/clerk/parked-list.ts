/** The tickets that this counter has set aside. Tells `take-up` with a number. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { StaffElement } from '../element';
import { since, span } from '../time';
import type { Ticket } from '../../wire';

@customElement('parked-list')
export class ParkedList extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      :host {
        display: flex;
      }
      section {
        display: flex;
        flex-direction: column;
        width: 100%;
      }
      ul {
        margin-top: 8px;
        overflow-y: auto;
      }
      li {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 6px 0;
        border-top: 1px solid var(--line);
      }
      .number {
        font-size: 20px;
      }
      small {
        flex: 1;
        color: var(--ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) tickets: readonly Ticket[] = [];
  @property({ type: Number }) now = 0;
  /** Whether one can be taken up at this moment. */
  @property({ type: Boolean }) can = false;

  override render(): TemplateResult {
    return html`<section class="panel">
      <div class="row between">
        <h2>${this.word('clerk.parked')}</h2>
        ${this.tickets.length === 0 ? nothing : html`<span class="chip">${this.tickets.length}</span>`}
      </div>
      ${this.tickets.length === 0
        ? html`<p class="soft">${this.word('clerk.parked_none')}</p>`
        : html`<ul>
            ${this.tickets.map((ticket) => this.row(ticket))}
          </ul>`}
    </section>`;
  }

  private row(ticket: Ticket): TemplateResult {
    const wait = span(since(ticket.issued_at, this.now), this.language);
    return html`<li>
      <span class="number">${ticket.number}</span>
      <small>${this.word('reception.waited', { wait })}</small>
      <button class="button small" ?disabled=${!this.can} @click=${() => this.tell('take-up', ticket.number)}>
        ${this.word('clerk.take_up')}
      </button>
    </li>`;
  }
}
