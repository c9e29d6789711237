/** Who waits for what, and about how long. */

import { css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { count, shortWait } from '../shared/format';
import { shared } from '../shared/styles';
import type { Lang } from '../shared/words';
import { staffed } from '../shared/staffed';
import type { BoardCounter, BoardService, CounterPlace, Service } from '../wire';
import { both, bothOf } from './labels';
import { part } from './screen';

const ROWS = 8;
const TURN_MS = 10_000;

@customElement('lobby-services')
export class LobbyServices extends QueueElement {
  static override styles = [
    shared,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
        background: var(--card);
        border: calc(0.2 * var(--u)) solid var(--line);
        border-radius: calc(1.6 * var(--u));
        border-spacing: 0;
        border-collapse: separate;
        overflow: hidden;
      }
      th {
        padding: calc(0.9 * var(--u)) calc(1.6 * var(--u));
        text-align: right;
        font-size: calc(1.9 * var(--u));
        line-height: 1.2;
        font-weight: 700;
        background: #f1e9dc;
        color: var(--ink);
        white-space: nowrap;
      }
      th .second {
        font-weight: 400;
        font-size: calc(1.6 * var(--u));
      }
      th:first-child,
      td:first-child {
        text-align: left;
      }
      td {
        height: calc(6.25 * var(--u));
        padding: calc(0.3 * var(--u)) calc(1.6 * var(--u));
        text-align: right;
        border-top: calc(0.1 * var(--u)) solid var(--line);
        white-space: nowrap;
        line-height: 1.2;
      }
      td:first-child {
        white-space: normal;
        width: 99%;
      }
      .name {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
      }
      .prefix {
        min-width: calc(4.4 * var(--u));
        margin-right: calc(1.4 * var(--u));
        padding: calc(0.35 * var(--u)) 0;
        border-radius: calc(0.8 * var(--u));
        background: var(--red);
        color: var(--on-red);
        font-weight: 700;
        font-size: calc(2.6 * var(--u));
        text-align: center;
      }
      .prefix:empty {
        visibility: hidden;
      }
      .first,
      .second {
        display: block;
      }
      td .first {
        font-size: calc(2.05 * var(--u));
        font-weight: 700;
      }
      td .second {
        font-size: calc(1.6 * var(--u));
        color: var(--ink-soft);
      }
      .waiting {
        font-size: calc(3.2 * var(--u));
        font-weight: 700;
      }
      .wait {
        font-size: calc(2.1 * var(--u));
      }
      .wait .first {
        font-size: calc(1.7 * var(--u));
        font-weight: 400;
        color: var(--ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) langs: Lang[] = ['vi', 'en'];
  @property({ attribute: false }) services: readonly Service[] = [];
  @property({ attribute: false }) board: readonly BoardService[] = [];
  @property({ attribute: false }) places: readonly CounterPlace[] = [];
  @property({ attribute: false }) counters: readonly BoardCounter[] = [];
  @property({ type: Number }) now = 0;

  override render(): TemplateResult {
    const shown = part(this.board, ROWS, this.now, TURN_MS);
    return html`<table>
      <thead>
        <tr>
          <th scope="col">${both(this.langs, 'lobby.service')}</th>
          <th scope="col">${both(this.langs, 'lobby.waiting')}</th>
          <th scope="col">${both(this.langs, 'lobby.wait')}</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map((line) => this.#row(line))}
      </tbody>
    </table>`;
  }

  #row(line: BoardService): TemplateResult {
    const service = this.services.find((known) => known.id === line.id);
    const [lang = 'vi'] = this.langs;
    return html`<tr>
      <td>
        <div class="name">
          <span class="prefix">${service?.prefix ?? ''}</span>
          <span>${bothOf(this.langs, service?.name ?? {})}</span>
        </div>
      </td>
      <td class="waiting">${count(line.waiting, lang)}</td>
      <td class="wait">${this.#wait(line, lang)}</td>
    </tr>`;
  }

  /** A wait only where somebody is there to call, and where numbers are given or people wait. */
  #wait(line: BoardService, lang: Lang): TemplateResult | string {
    const over = line.closed_because !== undefined && line.waiting === 0;
    if (over) return '–';
    if (!staffed(line.id, this.places, this.counters)) return html`${both(this.langs.slice(0, 1), 'lobby.no_counter')}`;
    return shortWait(line.wait.likely_s, lang);
  }
}
