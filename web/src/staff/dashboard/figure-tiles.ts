/** The few figures that a supervisor acts on. */

import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { count } from '../../shared/format';
import { StaffElement } from '../element';
import { span } from '../time';
import type { Board, Stats } from '../../wire';

@customElement('figure-tiles')
export class FigureTiles extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(190px, 1fr));
        gap: 16px;
      }
      li {
        display: flex;
        flex-direction: column;
        padding: 14px 18px;
      }
      .big {
        font-size: 40px;
        font-weight: 700;
        line-height: 1.2;
        font-variant-numeric: tabular-nums;
      }
      .name {
        font-weight: 700;
        font-size: 15px;
      }
      small {
        color: var(--ink-soft);
        font-size: 13px;
      }
      .first {
        background: var(--red-deep);
        border-color: var(--red-deep);
        color: var(--on-red);
      }
      .first small {
        color: inherit;
      }
    `,
  ];

  @property({ attribute: false }) stats: Stats | null = null;
  @property({ attribute: false }) board: Board | null = null;

  override render(): TemplateResult {
    const { stats, language } = this;
    const n = (value: number | undefined): string => (value === undefined ? '–' : count(value, language));
    const counters = this.board?.counters ?? [];
    const open = counters.filter((counter) => counter.state === 'open').length;
    const paused = counters.filter((counter) => counter.state === 'paused').length;
    const wait = stats?.wait_s;
    const rating = stats?.rating;
    return html`<ul>
      ${this.tile(
        'first',
        this.word('dashboard.waiting_now'),
        n(stats?.waiting),
        this.word('dashboard.of_issued', { n: n(stats?.issued) }),
      )}
      ${this.tile(
        '',
        this.word('dashboard.wait'),
        span(wait?.p50, language),
        this.word('dashboard.p90_max', { p90: span(wait?.p90, language), max: span(wait?.max, language) }),
      )}
      ${this.tile(
        '',
        this.word('dashboard.served'),
        n(stats?.served),
        this.word('dashboard.left', { absent: n(stats?.absent), cancelled: n(stats?.cancelled), expired: n(stats?.expired) }),
      )}
      ${this.tile(
        '',
        this.word('dashboard.service_time'),
        span(stats?.service_s.p50, language),
        this.word('dashboard.p90_max', { p90: span(stats?.service_s.p90, language), max: span(stats?.service_s.max, language) }),
      )}
      ${this.tile(
        '',
        this.word('dashboard.open_counters'),
        n(open),
        this.word('dashboard.of_counters', { n: n(counters.length), paused: n(paused) }),
      )}
      ${this.tile(
        '',
        this.word('dashboard.rating'),
        rating?.mean === null || rating?.mean === undefined
          ? '–'
          : `${new Intl.NumberFormat(language === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: 1 }).format(rating.mean)} / 5`,
        rating === undefined || rating.count === 0
          ? this.word('dashboard.no_ratings')
          : this.word('dashboard.rating_count', { n: n(rating.count) }),
      )}
    </ul>`;
  }

  private tile(tone: string, name: string, value: string, more: string): TemplateResult {
    return html`<li class="panel ${tone}">
      <span class="name">${name}</span>
      <span class="big">${value}</span>
      <small>${more}</small>
    </li>`;
  }
}
