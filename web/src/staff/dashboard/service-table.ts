/** Figures by service, and below them by class. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { shortWait } from '../../shared/format';
import { StaffElement } from '../element';
import { className, serviceName } from '../names';
import { minutes } from '../time';
import type { Board, Figures, Office, Stats } from '../../wire';

@customElement('service-table')
export class ServiceTable extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      td {
        white-space: nowrap;
      }
      .classes tr:first-child > * {
        border-top: 3px double var(--line-strong);
      }
    `,
  ];

  @property({ attribute: false }) stats: Stats | null = null;
  @property({ attribute: false }) board: Board | null = null;
  @property({ attribute: false }) office: Office | null = null;

  override render(): TemplateResult {
    return html`<section class="panel">
      <h2>${this.word('dashboard.services')}</h2>
      <div class="scroll" tabindex="0" role="region" aria-label=${this.word('dashboard.services')}>
        <table>
          <thead>
            <tr>
              <th scope="col">${this.word('staff.service')}</th>
              <th scope="col" class="right">${this.word('staff.waiting')}</th>
              <th scope="col" class="right">${this.word('dashboard.wait_now')}</th>
              <th scope="col" class="right">${this.word('dashboard.issued')}</th>
              <th scope="col" class="right">${this.word('dashboard.served')}</th>
              <th scope="col" class="right">${this.word('dashboard.absent')}</th>
              <th scope="col" class="right">${this.word('dashboard.p50_p90_minutes')}</th>
            </tr>
          </thead>
          <tbody>
            ${(this.stats?.by_service ?? []).map((each) => this.service(each.service, each))}
          </tbody>
          ${(this.stats?.by_class ?? []).length < 2
            ? nothing
            : html`<tbody class="classes">
                ${this.stats?.by_class.map((each) => this.row(className(this.office, each.class, this.language), '', each))}
              </tbody>`}
        </table>
      </div>
    </section>`;
  }

  private service(id: string, figures: Figures): TemplateResult {
    const wait = this.board?.services.find((each) => each.id === id)?.wait;
    const now = wait === undefined ? '–' : shortWait(wait.likely_s, this.language);
    return this.row(serviceName(this.office, id, this.language), now, figures);
  }

  private row(name: string, now: string, figures: Figures): TemplateResult {
    const { p50, p90 } = figures.wait_s;
    return html`<tr>
      <th scope="row">${name}</th>
      <td class="right"><strong>${figures.waiting}</strong></td>
      <td class="right">${now}</td>
      <td class="right">${figures.issued}</td>
      <td class="right">${figures.served}</td>
      <td class="right">${figures.absent}</td>
      <td class="right">${minutes(p50)} / ${minutes(p90)}</td>
    </tr>`;
  }
}
