/** The services: what citizens choose at the kiosk, in the order of its buttons. */

import { html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import type { ServiceLayout } from '../../wire';
import { moved, newService } from './draft';
import { LayoutEditor } from './editor';

@customElement('services-editor')
export class ServicesEditor extends LayoutEditor {
  /** Ids that stand in the saved layout and so cannot change. */
  @property({ attribute: false }) fixed: ReadonlySet<string> = new Set();

  override render(): TemplateResult {
    const { services } = this.layout;
    return html`
      <h2>${this.word('admin.services')}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col" class="slim">${this.word('admin.prefix')}</th>
              ${this.nameHeads('wide')}
              <th scope="col">${this.word('admin.id')}</th>
              <th scope="col" class="slim">${this.word('admin.first_number')}</th>
              <th scope="col" class="slim">${this.word('admin.digits')}</th>
              <th scope="col" class="slim">${this.word('admin.typical')}</th>
              <th scope="col" class="slim">${this.word('admin.stopped')}</th>
              <th scope="col"><span class="heard-only">${this.word('admin.edit')}</span></th>
            </tr>
          </thead>
          <tbody>
            ${services.map((service, index) => this.row(service, index))}
          </tbody>
        </table>
      </div>
      <button class="button add" type="button" @click=${() => this.change({ services: [...services, newService(this.layout)] })}>
        + ${this.word('admin.add_service')}
      </button>
    `;
  }

  private row(service: ServiceLayout, index: number): TemplateResult {
    const { services } = this.layout;
    const path = `services[${index}]`;
    const row = `${this.word('staff.service')} ${index + 1}`;
    const set = (part: Partial<ServiceLayout>): void => this.change({ services: this.with(services, index, part) });
    return html`<tr>
      <td>
        ${this.field(`${path}.prefix`, `${row} – ${this.word('admin.prefix')}`, service.prefix, (prefix) =>
          set({ prefix: prefix.trim().toUpperCase().slice(0, 1) }), 'narrow')}
      </td>
      ${this.nameCells(`${path}.name`, service.name, row, (name) => set({ name }))}
      <td>
        ${this.fixed.has(service.id)
          ? html`<code>${service.id}</code>`
          : this.field(`${path}.id`, `${row} – ${this.word('admin.id')}`, service.id, (id) => set({ id: id.trim() }), 'short')}
      </td>
      <td>
        ${this.numberField(`${path}.first_number`, `${row} – ${this.word('admin.first_number')}`, service.first_number, '1',
          (first_number) => set({ first_number }))}
      </td>
      <td>
        ${this.numberField(`${path}.digits`, `${row} – ${this.word('admin.digits')}`, service.digits, '1', (digits) => set({ digits }))}
      </td>
      <td>
        ${this.numberField(`${path}.typical_minutes`, `${row} – ${this.word('admin.typical')}`, service.typical_minutes, 'any',
          (typical_minutes) => set({ typical_minutes }))}
      </td>
      <td>
        <label class="check">
          <input
            type="checkbox"
            aria-label=${`${row} – ${this.word('admin.stopped')}`}
            .checked=${service.stopped}
            @change=${(event: Event) => set({ stopped: (event.target as HTMLInputElement).checked })}
          />
        </label>
      </td>
      <td>
        ${this.rowTools(
          row,
          (step) => this.change({ services: moved(services, index, step) }),
          () => this.removeService(index),
        )}
      </td>
    </tr>`;
  }

  /** Counters stop serving what is no longer there. */
  private removeService(index: number): void {
    const gone = this.layout.services[index]?.id;
    this.change({
      services: this.layout.services.filter((_, i) => i !== index),
      counters: this.layout.counters.map((counter) => ({
        ...counter,
        services: counter.services.filter((id) => id !== gone),
        backup_services: counter.backup_services.filter((id) => id !== gone),
      })),
    });
  }
}
