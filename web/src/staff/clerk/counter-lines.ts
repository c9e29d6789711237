/** How many wait for this counter, by service; never who. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { StaffElement } from '../element';
import { serviceName } from '../names';
import { span } from '../time';
import type { Counter, Line, Office } from '../../wire';

@customElement('counter-lines')
export class CounterLines extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      .total {
        font-size: 34px;
        font-weight: 700;
        line-height: 1;
        font-variant-numeric: tabular-nums;
      }
      li {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0 12px;
        padding: 8px 0;
        border-top: 1px solid var(--line);
      }
      ul {
        margin-top: 10px;
      }
      .n {
        grid-row: span 2;
        align-self: center;
        font-size: 24px;
        font-weight: 700;
        font-variant-numeric: tabular-nums;
      }
      .nobody {
        color: var(--ink-soft);
        font-weight: 400;
      }
      small {
        color: var(--ink-soft);
        font-size: 13px;
      }
    `,
  ];

  @property({ attribute: false }) counter: Counter | null = null;
  @property({ attribute: false }) office: Office | null = null;

  override render(): TemplateResult {
    return html`<section class="panel">
      <div class="row between">
        <h2>${this.word('clerk.lines')}</h2>
        <span class="total">${this.counter?.waiting ?? '–'}</span>
      </div>
      <ul>
        ${(this.counter?.lines ?? []).map((line) => this.line(line))}
      </ul>
    </section>`;
  }

  private line(line: Line): TemplateResult {
    return html`<li>
      <span>${serviceName(this.office, line.service, this.language)}</span>
      <span class="n ${line.waiting === 0 ? 'nobody' : ''}">${line.waiting}</span>
      <small>
        ${line.backup ? html`${this.word('clerk.backup')}${line.oldest_s === null ? nothing : ' · '}` : nothing}
        ${line.oldest_s === null ? nothing : this.word('clerk.oldest', { wait: span(line.oldest_s, this.language) })}
      </small>
    </li>`;
  }
}
