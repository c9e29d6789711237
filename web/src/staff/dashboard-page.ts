/** The supervisor's page: the hall at this moment, the day so far, and what only a supervisor may do. */

import './dashboard/audit-list';
import './dashboard/counter-table';
import './dashboard/figure-tiles';
import './dashboard/hour-chart';
import './dashboard/service-table';
import './number-dialog';

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';

import { read } from '../shared/api';
import { shortDate } from '../shared/format';
import { Link } from '../shared/link';
import type { NumberAndReason } from './number-dialog';
import { StaffPage } from './page';
import type { AuditList } from './dashboard/audit-list';
import { counterRows } from './dashboard/counter-rows';
import type { Counter, Stats, Tickets } from '../wire';

/** Clerks' names, and whether the day is closed, are read when the hall changes, at most so often. */
const COUNTERS_EVERY_MS = 2_000;

type Question = { what: 'free'; counter: number } | { what: 'close' } | { what: 'reopen' } | { what: 'release' };

@customElement('dashboard-page')
export class DashboardPage extends StaffPage {
  static override styles: CSSResultGroup = [
    StaffPage.styles,
    css`
      .all {
        display: grid;
        gap: 16px;
      }
      .halves {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        align-items: start;
        gap: 16px;
      }
      .column {
        display: grid;
        gap: 16px;
      }
      @media (max-width: 1180px) {
        .halves {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  protected readonly page = 'staff.dashboard';
  protected readonly desk = this.makeDesk('supervisor', () => this.begin());
  @state() private stats: Stats | null = null;
  @state() private counters: ReadonlyMap<number, Counter> = new Map();
  @state() private wondering: Question | null = null;
  @query('audit-list') private audit!: AuditList | null;
  private link: Link | null = null;
  private seen = '';
  private later: number | undefined;

  override disconnectedCallback(): void {
    this.link?.stop();
    window.clearTimeout(this.later);
    super.disconnectedCallback();
  }

  override updated(): void {
    const { counters = [], services = [] } = this.desk.board ?? {};
    const states = JSON.stringify([counters, services.map((service) => service.closed_because)]);
    if (states === this.seen || this.desk.stage !== 'ready') return;
    this.seen = states;
    this.later ??= window.setTimeout(() => void this.readCounters(), this.counters.size === 0 ? 0 : COUNTERS_EVERY_MS);
  }

  protected work(): TemplateResult {
    const { desk, language } = this;
    const office = desk.office;
    if (office === null) return html``;
    const rows = counterRows(office, desk.board, this.stats, this.counters);
    return html`<div class="all">
      <div class="row between wrap">
        <h2>${this.word('dashboard.day', { date: shortDate(`${this.stats?.from ?? office.date}T12:00:00Z`, language) })}</h2>
        <div class="row">
          <button class="button small" @click=${() => (this.wondering = { what: 'release' })}>
            ${this.word('dashboard.release')}
          </button>
          <button class="button small" @click=${() => (this.wondering = { what: office.day_closed ? 'reopen' : 'close' })}>
            ${this.word(office.day_closed ? 'dashboard.day_reopen' : 'dashboard.day_close')}
          </button>
        </div>
      </div>
      <figure-tiles .language=${language} .stats=${this.stats} .board=${desk.board}></figure-tiles>
      <div class="halves">
        <div class="column">
          <counter-table
            .language=${language}
            .office=${office}
            .rows=${rows}
            @free=${(event: CustomEvent<number>) => (this.wondering = { what: 'free', counter: event.detail })}
          ></counter-table>
          <hour-chart .language=${language} .hours=${this.stats?.by_hour ?? []}></hour-chart>
        </div>
        <service-table .language=${language} .office=${office} .stats=${this.stats} .board=${desk.board}></service-table>
      </div>
      <audit-list
        .language=${language}
        .path=${desk.path('/audit')}
        .zone=${office.time_zone}
        @trouble=${(event: CustomEvent<unknown>) => this.complain(event.detail)}
      ></audit-list>
      ${this.asked()}
    </div>`;
  }

  private asked(): TemplateResult | typeof nothing {
    const { wondering: question } = this;
    if (question === null) return nothing;
    const waiting = this.stats?.waiting ?? 0;
    const dialog = (heading: string, text: string, confirm: string, reason: string, act: (reason: string) => Promise<void>) =>
      html`<staff-dialog
        .language=${this.language}
        .heading=${heading}
        .text=${text}
        .confirm=${confirm}
        .reason=${reason}
        ?busy=${this.sending}
        @confirmed=${(event: CustomEvent<string>) => void act(event.detail)}
        @closed=${() => (this.wondering = null)}
      ></staff-dialog>`;
    switch (question.what) {
      case 'free':
        return dialog(
          this.word('dashboard.free_title', { n: question.counter }),
          this.word('dashboard.free_text'),
          this.word('dashboard.free'),
          'none',
          () => this.done(`/counters/${question.counter}/close`, '', this.word('dashboard.freed', { n: question.counter })),
        );
      case 'close':
        return dialog(
          this.word('dashboard.day_close_title'),
          `${this.word('dashboard.day_close_text')} ${waiting > 0 ? this.word('dashboard.day_close_waiting', { n: waiting }) : ''}`,
          this.word('dashboard.day_close'),
          waiting > 0 ? 'required' : 'optional',
          (reason) => this.done('/day/close', reason, this.word('dashboard.day_closed')),
        );
      case 'release':
        return html`<number-dialog
          .language=${this.language}
          .heading=${this.word('dashboard.release_title')}
          .text=${this.word('dashboard.release_text')}
          .confirm=${this.word('dashboard.release')}
          .presets=${[this.word('dashboard.release_left'), this.word('dashboard.release_closing')]}
          ?busy=${this.sending}
          @numbered=${(event: CustomEvent<NumberAndReason>) => void this.release(event.detail)}
          @closed=${() => (this.wondering = null)}
        ></number-dialog>`;
      case 'reopen':
        return dialog(this.word('dashboard.day_reopen_title'), '', this.word('dashboard.day_reopen'), 'required', (reason) =>
          this.done('/day/reopen', reason, this.word('dashboard.day_reopened')),
        );
    }
  }

  private async done(path: string, reason: string, said: string): Promise<void> {
    const answer = await this.press<unknown>(path, reason === '' ? {} : { reason });
    this.wondering = null;
    if (answer !== null) this.notify(said);
    await this.desk.refreshOffice().catch((error: unknown) => this.complain(error));
    await this.audit?.refresh();
  }

  private async release({ number, reason }: NumberAndReason): Promise<void> {
    try {
      const found = await read<Tickets>(this.desk.path(`/tickets?number=${encodeURIComponent(number)}`));
      const ticket = found.items[0];
      if (ticket === undefined) this.notify(this.word('reception.find_none', { number }), true);
      else await this.done(`/tickets/${ticket.id}/release`, reason, this.word('dashboard.released', { number }));
    } catch (error) {
      this.complain(error);
    }
  }

  private begin(): void {
    this.link ??= new Link(this.desk.path('/live/dashboard'), {
      onMessage: (message) => {
        if (message.type === 'stats') this.stats = message.stats;
      },
    }).start();
  }

  private async readCounters(): Promise<void> {
    const places = this.desk.office?.counters ?? [];
    try {
      const counters = await Promise.all(places.map((place) => read<Counter>(this.desk.path(`/counters/${place.id}`))));
      this.counters = new Map(counters.map((counter) => [counter.id, counter]));
      await this.desk.refreshOffice();
    } catch (error) {
      this.desk.refused(error);
    }
    this.later = undefined;
  }
}
