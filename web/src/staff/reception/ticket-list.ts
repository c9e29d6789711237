/** A list of tickets with one act for each, and for all that are ticked where that makes sense.
 *  Tells `act` with the tickets. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { StaffElement } from '../element';
import { marksOf, serviceName } from '../names';
import { since, span } from '../time';
import type { Office, Ticket } from '../../wire';

@customElement('ticket-list')
export class TicketList extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      ul {
        max-height: 320px;
        margin-top: 6px;
        overflow-y: auto;
      }
      li {
        display: flex;
        align-items: center;
        gap: 10px;
        padding: 8px 0;
        border-top: 1px solid var(--line);
      }
      li input {
        width: 20px;
        height: 20px;
        margin: 0;
        accent-color: var(--red);
      }
      .number {
        min-width: 60px;
        font-size: 20px;
      }
      .what {
        flex: 1;
        min-width: 0;
        font-size: 14px;
      }
      .marks {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        margin-top: 2px;
      }
      .marks .chip {
        font-size: 12px;
      }
      .empty {
        padding: 6px 0 2px;
        font-size: 14px;
      }
    `,
  ];

  @property() heading = '';
  /** What stands there when the list is empty. */
  @property() empty = '';
  /** What the button of one ticket says; empty where there is nothing to press. */
  @property() action = '';
  /** Whether several tickets can be ticked and acted on together. */
  @property({ type: Boolean }) batch = false;
  @property({ attribute: false }) tickets: readonly Ticket[] = [];
  @property({ attribute: false }) office: Office | null = null;
  @property({ type: Number }) now = 0;
  @property({ type: Boolean }) busy = false;
  @state() private ticked: ReadonlySet<string> = new Set();

  override render(): TemplateResult {
    const open = this.tickets.filter((ticket) => !this.isDone(ticket));
    const chosen = open.filter((ticket) => this.ticked.has(ticket.id));
    return html`<section class="panel" aria-label=${this.heading}>
      <div class="heads">
        <h2>${this.heading}</h2>
        ${this.tickets.length === 0 ? nothing : html`<span class="chip">${this.tickets.length}</span>`}
        <span class="grow"></span>
        ${this.batch && open.length > 1
          ? html`<label class="check">
              <input type="checkbox" .checked=${chosen.length === open.length} @change=${this.tickAll} />
              ${this.word('reception.select_all')}
            </label>`
          : nothing}
        ${chosen.length === 0
          ? nothing
          : html`<button class="button small primary" ?disabled=${this.busy} @click=${() => this.act(chosen)}>
              ${this.word('reception.ready_selected', { n: chosen.length })}
            </button>`}
      </div>
      ${this.tickets.length === 0
        ? html`<p class="soft empty">${this.empty}</p>`
        : html`<ul>
            ${this.tickets.map((ticket) => this.row(ticket))}
          </ul>`}
    </section>`;
  }

  private row(ticket: Ticket): TemplateResult {
    const marks = marksOf(ticket, this.office, this.language);
    return html`<li>
      ${this.batch && !this.isDone(ticket)
        ? html`<input
            type="checkbox"
            aria-label=${this.word('reception.select', { number: ticket.number })}
            .checked=${this.ticked.has(ticket.id)}
            @change=${() => this.tick(ticket.id)}
          />`
        : nothing}
      <span class="number">${ticket.number}</span>
      <div class="what">
        ${serviceName(this.office, ticket.service, this.language)}
        <span class="soft">
          · ${this.word('reception.waited', { wait: span(since(ticket.issued_at, this.now), this.language) })}
        </span>
        ${marks.length === 0
          ? nothing
          : html`<div class="marks">${marks.map((mark) => html`<span class="chip ${mark.tone}">${mark.text}</span>`)}</div>`}
      </div>
      ${this.action === '' || this.isDone(ticket)
        ? nothing
        : html`<button
            class="button small"
            aria-label=${`${this.action} ${ticket.number}`}
            ?disabled=${this.busy}
            @click=${() => this.act([ticket])}
          >
            ${this.action}
          </button>`}
    </li>`;
  }

  /** A ticket whose result is there needs nobody's hand any more. */
  private isDone(ticket: Ticket): boolean {
    return this.batch && ticket.ready;
  }

  private act(tickets: readonly Ticket[]): void {
    this.ticked = new Set();
    this.tell('act', tickets);
  }

  private tick(id: string): void {
    const ticked = new Set(this.ticked);
    if (!ticked.delete(id)) ticked.add(id);
    this.ticked = ticked;
  }

  private readonly tickAll = (event: Event): void => {
    const all = (event.target as HTMLInputElement).checked;
    this.ticked = new Set(all ? this.tickets.map((ticket) => ticket.id) : []);
  };
}
