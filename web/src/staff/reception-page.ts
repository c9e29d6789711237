/** Reception: numbers for people who ask, and the tickets that need a person's hand. */

import './reception/issue-panel';
import './reception/move-form';
import './reception/ticket-list';

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';

import { read, send } from '../shared/api';
import { kindWait } from '../shared/format';
import { ticketAddress } from '../shared/address';
import { qrPath } from '../shared/qr';
import { serviceName } from './names';
import { StaffPage } from './page';
import type { StaffKey } from './words';
import type { Ticket, TicketRequest, Tickets } from '../wire';
import type { IssuePanel } from './reception/issue-panel';
import type { Move } from './reception/move-form';

/** The lists are read when the hall changes, at most so often. */
const LISTS_EVERY_MS = 2_000;
const CLOCK_EVERY_MS = 10_000;

const LISTS = ['asked', 'assist', 'parked', 'absent'] as const;
type List = (typeof LISTS)[number];
type Lists = Readonly<Record<List, readonly Ticket[]>>;

@customElement('reception-page')
export class ReceptionPage extends StaffPage {
  static override styles: CSSResultGroup = [
    StaffPage.styles,
    css`
      .halves {
        display: grid;
        grid-template-columns: minmax(0, 1.45fr) minmax(380px, 1fr);
        align-items: start;
        gap: 16px;
      }
      .column {
        display: grid;
        gap: 16px;
      }
      .issued {
        display: flex;
        align-items: center;
        gap: 24px;
        border-left: 12px solid var(--green);
      }
      .issued svg {
        display: block;
        width: 132px;
        height: 132px;
      }
      .issued .number {
        font-size: 64px;
        line-height: 1;
      }
      @media (max-width: 1000px) {
        .halves {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  protected readonly page = 'staff.reception';
  protected readonly desk = this.makeDesk('clerk', () => void this.readLists());
  @state() private lists: Lists = { asked: [], assist: [], parked: [], absent: [] };
  @state() private issued: Ticket | null = null;
  @state() private now = Date.now();
  @query('issue-panel') private panel!: IssuePanel | null;
  private seen: unknown = null;
  private later: number | undefined;
  private clock: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = window.setInterval(() => (this.now = this.desk.now()), CLOCK_EVERY_MS);
  }

  override disconnectedCallback(): void {
    window.clearInterval(this.clock);
    window.clearTimeout(this.later);
    super.disconnectedCallback();
  }

  override updated(): void {
    if (this.desk.board === this.seen || this.desk.stage !== 'ready') return;
    this.seen = this.desk.board;
    this.now = this.desk.now();
    this.later ??= window.setTimeout(() => void this.readLists(), LISTS_EVERY_MS);
  }

  protected work(): TemplateResult {
    return html`<div class="halves">
      <div class="column">
        ${this.issued === null ? nothing : this.result(this.issued)}
        <issue-panel
          .language=${this.language}
          .office=${this.desk.office}
          .board=${this.desk.board}
          ?busy=${this.sending}
          @take=${(event: CustomEvent<TicketRequest>) => void this.take(event.detail)}
        ></issue-panel>
      </div>
      <div class="column">
        ${this.list('asked', 'reception.confirm', (tickets) => void this.each(tickets, 'confirm', 'reception.confirmed'))}
        ${this.list('parked', 'reception.ready_one', (tickets) => void this.ready(tickets))}
        ${this.list('absent', 'reception.reinstate', (tickets) => void this.each(tickets, 'reinstate', 'reception.reinstated'))}
        ${this.list('assist', null, () => undefined)}
        <move-form
          .language=${this.language}
          .office=${this.desk.office}
          ?busy=${this.sending}
          @move=${(event: CustomEvent<Move>) => void this.move(event.detail)}
        ></move-form>
      </div>
    </div>`;
  }

  private result(ticket: Ticket): TemplateResult {
    return html`<section class="panel issued" role="status">
      <span class="number">${ticket.number}</span>
      <div class="grow">
        <h2>${this.word('reception.issued', { number: ticket.number })}</h2>
        <p>${serviceName(this.desk.office, ticket.service, this.language)}</p>
        <p class="soft">
          ${this.word('reception.ahead', { n: ticket.ahead ?? 0, wait: kindWait(ticket.wait?.likely_s ?? 0, this.language) })}
        </p>
      </div>
      <a class="qr" href=${ticket.url} target="_blank" rel="noopener">${this.code(ticket)}</a>
      <button class="button quiet" @click=${() => (this.issued = null)}>${this.word('staff.close')}</button>
    </section>`;
  }

  private code(ticket: Ticket): TemplateResult {
    const { side, path } = qrPath(ticketAddress(this.desk.office?.public_url ?? '', location.origin, ticket.url));
    return html`<svg viewBox="0 0 ${side} ${side}" role="img" aria-label=${this.word('reception.qr_hint')} shape-rendering="crispEdges">
      <rect width="100%" height="100%" fill="#ffffff" /><path d=${path} fill="#000000" />
    </svg>`;
  }

  private list(list: List, action: StaffKey | null, act: (tickets: readonly Ticket[]) => void): TemplateResult {
    return html`<ticket-list
      id=${list}
      .language=${this.language}
      .heading=${this.word(`reception.${list}_title`)}
      .empty=${this.word(`reception.${list}_none`)}
      .action=${action === null ? '' : this.word(action)}
      ?batch=${list === 'parked'}
      .tickets=${this.lists[list]}
      .office=${this.desk.office}
      .now=${this.now}
      ?busy=${this.sending}
      @act=${(event: CustomEvent<readonly Ticket[]>) => act(event.detail)}
    ></ticket-list>`;
  }

  private async readLists(): Promise<void> {
    this.now = this.desk.now();
    try {
      const answers = await Promise.all(LISTS.map((list) => read<Tickets>(this.desk.path(`/tickets?list=${list}`))));
      const [asked, assist, parked, absent] = answers.map((answer) => answer.items);
      this.lists = { asked: asked ?? [], assist: assist ?? [], parked: parked ?? [], absent: absent ?? [] };
    } catch (error) {
      this.desk.refused(error);
    }
    this.later = undefined;
  }

  private async take(request: TicketRequest): Promise<void> {
    const ticket = await this.press<Ticket>('/tickets', request);
    if (ticket === null) return;
    this.issued = ticket;
    this.panel?.reset();
    await this.readLists();
  }

  private async each(tickets: readonly Ticket[], act: 'confirm' | 'reinstate', said: StaffKey): Promise<void> {
    for (const ticket of tickets) {
      const done = await this.press<Ticket>(`/tickets/${ticket.id}/${act}`);
      if (done) this.notify(this.word(said, { number: ticket.number }));
    }
    await this.readLists();
  }

  private async ready(tickets: readonly Ticket[]): Promise<void> {
    const [first] = tickets;
    if (first === undefined) return;
    const one = tickets.length === 1;
    const body = one ? {} : { tickets: tickets.map((ticket) => ticket.id) };
    const done = await this.press<unknown>(one ? `/tickets/${first.id}/ready` : '/tickets/ready', body);
    if (done !== null) {
      this.notify(this.word('reception.readied', { numbers: tickets.map((ticket) => ticket.number).join(', ') }));
    }
    await this.readLists();
  }

  private async move({ number, service }: Move): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      const found = await read<Tickets>(this.desk.path(`/tickets?number=${encodeURIComponent(number)}`));
      const ticket = found.items[0];
      if (ticket === undefined) {
        this.notify(this.word('reception.find_none', { number }), true);
        return;
      }
      await send<Ticket>(this.desk.path(`/tickets/${ticket.id}/move`), { service });
      this.notify(this.word('reception.moved', { number, service: serviceName(this.desk.office, service, this.language) }));
    } catch (error) {
      this.complain(error);
    } finally {
      this.sending = false;
    }
  }
}
