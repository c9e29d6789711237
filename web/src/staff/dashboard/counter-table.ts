/** The counters of the hall. Tells `free` with the number of the counter to be closed. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { inLang } from '../../shared/words';
import { StaffElement } from '../element';
import { span } from '../time';
import type { StaffKey } from '../words';
import type { Office } from '../../wire';
import type { CounterRow } from './counter-rows';

const STATES: Record<CounterRow['state'], [StaffKey, string]> = {
  closed: ['clerk.counter_closed', ''],
  open: ['clerk.counter_open', 'green'],
  paused: ['clerk.counter_paused', 'blue'],
};

@customElement('counter-table')
export class CounterTable extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      th[scope='row'] {
        white-space: nowrap;
      }
      .clerk {
        font-weight: 400;
      }
      td .number {
        font-size: 18px;
      }
      .clerk {
        color: var(--ink-soft);
        font-size: 14px;
      }
    `,
  ];

  @property({ attribute: false }) rows: readonly CounterRow[] = [];
  @property({ attribute: false }) office: Office | null = null;

  override render(): TemplateResult {
    return html`<section class="panel">
      <h2>${this.word('dashboard.counters')}</h2>
      <div class="scroll" tabindex="0" role="region" aria-label=${this.word('dashboard.counters')}>
        <table>
          <thead>
            <tr>
              <th scope="col">${this.word('staff.counter')}</th>
              <th scope="col">${this.word('staff.state')}</th>
              <th scope="col">${this.word('dashboard.now')}</th>
              <th scope="col" class="right">${this.word('dashboard.served')}</th>
              <th scope="col" class="right">${this.word('dashboard.service_time')}</th>
              <th scope="col"><span class="heard-only">${this.word('dashboard.free')}</span></th>
            </tr>
          </thead>
          <tbody>
            ${this.rows.map((row) => this.row(row))}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  private row(row: CounterRow): TemplateResult {
    const [state, tone] = STATES[row.state];
    const place = this.office?.counters.find((each) => each.id === row.id);
    return html`<tr>
      <th scope="row">
        ${place ? inLang(place.name, this.language) : row.id}
        ${row.clerk === null ? nothing : html`<div class="clerk">${row.clerk}</div>`}
      </th>
      <td>
        <span class="chip ${tone}">${this.word(state)}</span>
        ${row.idle ? html`<span class="chip gold">${this.word('dashboard.idle_waiting')}</span>` : nothing}
        ${row.reason === null ? nothing : html`<div class="clerk">${row.reason}</div>`}
      </td>
      <td>${row.number === null ? '–' : html`<span class="number">${row.number}</span>`}</td>
      <td class="right">${row.figures?.served ?? 0}</td>
      <td class="right">${span(row.figures?.service_s.p50, this.language)}</td>
      <td class="right">
        ${row.state === 'closed'
          ? nothing
          : html`<button
              class="button small"
              aria-label=${`${this.word('dashboard.free')} ${row.id}`}
              @click=${() => this.tell('free', row.id)}
            >
              ${this.word('dashboard.free_short')}
            </button>`}
      </td>
    </tr>`;
  }
}
