/** Numbers issued and visits served by the hour, as bars side by side; a table says the same to readers of screens. */

import { css, html, unsafeCSS, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import uPlot from 'uplot';
import plotStyles from 'uplot/dist/uPlot.min.css?inline';

import { StaffElement } from '../element';
import type { HourFigures } from '../../wire';

const HEIGHT_PX = 230;
const ISSUED = '#8d8074';
const SERVED = '#8c1d1f';

@customElement('hour-chart')
export class HourChart extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    unsafeCSS(plotStyles),
    css`
      .plot {
        width: 100%;
        min-height: ${HEIGHT_PX}px;
        margin-top: 8px;
      }
      .key {
        display: flex;
        gap: 20px;
        font-size: 14px;
      }
      .key span::before {
        content: '';
        display: inline-block;
        width: 12px;
        height: 12px;
        margin-right: 6px;
        border-radius: 3px;
        background: ${unsafeCSS(ISSUED)};
      }
      .key .served::before {
        background: ${unsafeCSS(SERVED)};
      }
    `,
  ];

  @property({ attribute: false }) hours: readonly HourFigures[] = [];
  @query('.plot') private box!: HTMLDivElement;
  private plot: uPlot | null = null;
  private readonly resized = new ResizeObserver(() => {
    if (this.plot && this.box.clientWidth > 0) this.plot.setSize({ width: this.box.clientWidth, height: HEIGHT_PX });
  });

  override render(): TemplateResult {
    return html`<section class="panel">
      <div class="heads">
        <h2>${this.word('dashboard.hours')}</h2>
        <div class="key" aria-hidden="true">
          <span>${this.word('dashboard.issued')}</span>
          <span class="served">${this.word('dashboard.served')}</span>
        </div>
      </div>
      <div class="plot" aria-hidden="true"></div>
      <table class="heard-only">
        <caption>
          ${this.word('dashboard.chart')}
        </caption>
        <tr>
          <th>${this.word('dashboard.hour')}</th>
          <th>${this.word('dashboard.issued')}</th>
          <th>${this.word('dashboard.served')}</th>
        </tr>
        ${this.hours.map(
          (hour) => html`<tr>
            <td>${hour.hour}</td>
            <td>${hour.issued}</td>
            <td>${hour.served}</td>
          </tr>`,
        )}
      </table>
    </section>`;
  }

  override firstUpdated(): void {
    this.plot = new uPlot(options(Math.max(this.box.clientWidth, 300)), this.columns(), this.box);
    this.resized.observe(this.box);
  }

  override updated(changed: PropertyValues): void {
    if (changed.has('hours')) this.plot?.setData(this.columns());
  }

  override disconnectedCallback(): void {
    this.resized.disconnect();
    this.plot?.destroy();
    this.plot = null;
    super.disconnectedCallback();
  }

  /** Every hour from the first to the last with anything in it, at least a working day. */
  private columns(): uPlot.AlignedData {
    const first = Math.min(7, ...this.hours.map((hour) => hour.hour));
    const last = Math.max(17, ...this.hours.map((hour) => hour.hour));
    const hours = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const by = new Map(this.hours.map((hour) => [hour.hour, hour]));
    return [hours, hours.map((hour) => by.get(hour)?.issued ?? 0), hours.map((hour) => by.get(hour)?.served ?? 0)];
  }
}

function options(width: number): uPlot.Options {
  const bars = uPlot.paths.bars;
  const series = (color: string, side: -1 | 1): uPlot.Series => ({
    stroke: color,
    fill: color,
    width: 0,
    points: { show: false },
    ...(bars ? { paths: bars({ size: [0.38, 26], align: side, gap: 2, radius: 0.15 }) } : {}),
  });
  const axis: uPlot.Axis = {
    stroke: '#5c524c',
    font: "13px 'Be Vietnam Pro', sans-serif",
    grid: { stroke: '#e4dbcd', width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: (_, min, max) => [min - 0.6, max + 0.6] },
      y: { range: (_, _min, max) => [0, Math.max(5, Math.ceil(max * 1.15))] },
    },
    axes: [
      { ...axis, grid: { show: false }, incrs: [1, 2, 4], values: (_, hours) => hours.map((hour) => `${hour}h`) },
      { ...axis, size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
    ],
    series: [{}, series(ISSUED, -1), series(SERVED, 1)],
  };
}
