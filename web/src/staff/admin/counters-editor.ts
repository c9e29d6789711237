/** The counters, and for each of them what it serves: a press on a cell goes from nothing to serving to backup. */

import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { inLang } from '../../shared/words';
import type { StaffKey } from '../words';
import type { CounterLayout, ServiceLayout } from '../../wire';
import { dutyOf, moved, newCounter, nextDuty, type Duty } from './draft';
import { LayoutEditor } from './editor';

const SIGNS: Record<Duty, string> = { none: '', serves: '●', backup: '○' };
const WORDS: Record<Duty, StaffKey> = {
  none: 'staff.none',
  serves: 'admin.counter_services',
  backup: 'admin.counter_backup',
};

@customElement('counters-editor')
export class CountersEditor extends LayoutEditor {
  static override styles: CSSResultGroup = [
    LayoutEditor.styles,
    css`
      .duty {
        width: 44px;
        height: 40px;
        border: 1px solid var(--line-strong);
        border-radius: 8px;
        background: #fff;
        font-size: 20px;
        line-height: 1;
        vertical-align: middle;
      }
      .duty:hover {
        border-color: var(--red);
      }
      .duty.serves {
        background: var(--red);
        border-color: var(--red);
        color: var(--on-red);
      }
      .duty.backup {
        background: var(--red-tint);
        border-color: var(--red);
        color: var(--red);
      }
      .cell {
        text-align: center;
        padding: 6px 2px;
      }
      .key {
        display: flex;
        gap: 20px;
        margin: 6px 0 10px;
        font-size: 14px;
      }
      .wrong-row {
        background: var(--red-tint);
      }
    `,
  ];

  override render(): TemplateResult {
    const { counters, services } = this.layout;
    return html`
      <h2>${this.word('admin.counters')}</h2>
      <p class="key soft">
        <span>● ${this.word('admin.counter_services')}</span>
        <span>○ ${this.word('admin.counter_backup')} – ${this.word('admin.backup_hint')}</span>
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">${this.word('staff.number')}</th>
              ${this.nameHeads()}
              ${services.map(
                (service) => html`<th scope="col" class="cell" title=${inLang(service.name as Record<string, string>, this.language)}>
                  ${service.prefix || service.id}
                  <span class="heard-only">${inLang(service.name as Record<string, string>, this.language)}</span>
                </th>`,
              )}
              <th scope="col"><span class="heard-only">${this.word('admin.edit')}</span></th>
            </tr>
          </thead>
          <tbody>
            ${counters.map((counter, index) => this.row(counter, index))}
          </tbody>
        </table>
      </div>
      <button class="button add" type="button" @click=${() => this.change({ counters: [...counters, newCounter(this.layout)] })}>
        + ${this.word('admin.add_counter')}
      </button>
    `;
  }

  private row(counter: CounterLayout, index: number): TemplateResult {
    const { counters, services } = this.layout;
    const path = `counters[${index}]`;
    const row = this.word('staff.counter_n', { n: counter.id });
    const put = (changed: CounterLayout): void => this.change({ counters: this.with(counters, index, changed) });
    return html`<tr class=${this.isWrong(path) ? 'wrong-row' : ''}>
      <td>${this.numberField(`${path}.id`, `${row} – ${this.word('staff.number')}`, counter.id, '1', (id) => put({ ...counter, id }))}</td>
      ${this.nameCells(`${path}.name`, counter.name, row, (name) => put({ ...counter, name }))}
      ${services.map((service) => this.cell(counter, service, row, () => put(nextDuty(counter, service.id))))}
      <td>
        ${this.rowTools(
          row,
          (step) => this.change({ counters: moved(counters, index, step) }),
          () => this.change({ counters: counters.filter((_, i) => i !== index) }),
        )}
      </td>
    </tr>`;
  }

  private cell(counter: CounterLayout, service: ServiceLayout, row: string, press: () => void): TemplateResult {
    const duty = dutyOf(counter, service.id);
    const name = inLang(service.name as Record<string, string>, this.language);
    return html`<td class="cell">
      <button
        class="duty ${duty}"
        type="button"
        ?disabled=${service.id === ''}
        aria-label=${`${row}, ${name}: ${this.word(WORDS[duty])}`}
        title=${`${name}: ${this.word(WORDS[duty])}`}
        @click=${press}
      >
        ${SIGNS[duty]}
      </button>
    </td>`;
  }
}
