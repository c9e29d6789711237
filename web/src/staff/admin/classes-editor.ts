/** The classes of tickets: how fast their credit grows, on what ground, and whether staff confirm them. */

import { html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import type { ClassLayout } from '../../wire';
import { moved, words } from './draft';
import { LayoutEditor } from './editor';

@customElement('classes-editor')
export class ClassesEditor extends LayoutEditor {
  /** Ids that stand in the saved layout and so cannot change. */
  @property({ attribute: false }) fixed: ReadonlySet<string> = new Set();

  override render(): TemplateResult {
    const { classes, languages } = this.layout;
    const fresh: ClassLayout = { id: '', name: words(languages), credit_per_minute: 2, confirm: true };
    return html`
      <h2>${this.word('admin.classes')}</h2>
      <p class="hint">${this.word('admin.classes_hint')}</p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              ${this.nameHeads()}
              <th scope="col">${this.word('admin.id')}</th>
              <th scope="col">${this.word('admin.credit')}</th>
              <th scope="col">${this.word('admin.legal_basis')}</th>
              <th scope="col">${this.word('admin.confirm')}</th>
              <th scope="col"><span class="heard-only">${this.word('admin.edit')}</span></th>
            </tr>
          </thead>
          <tbody>
            ${classes.map((each, index) => this.row(each, index))}
          </tbody>
        </table>
      </div>
      <button class="button add" type="button" @click=${() => this.change({ classes: [...classes, fresh] })}>
        + ${this.word('admin.add_class')}
      </button>
    `;
  }

  private row(each: ClassLayout, index: number): TemplateResult {
    const { classes } = this.layout;
    const path = `classes[${index}]`;
    const row = `${this.word('staff.class')} ${index + 1}`;
    const set = (part: Partial<ClassLayout>): void => this.change({ classes: this.with(classes, index, part) });
    return html`<tr>
      ${this.nameCells(`${path}.name`, each.name, row, (name) => set({ name }))}
      <td>
        ${this.fixed.has(each.id)
          ? html`<code>${each.id}</code>`
          : this.field(`${path}.id`, `${row} – ${this.word('admin.id')}`, each.id, (id) => set({ id: id.trim() }), 'short')}
      </td>
      <td>
        ${this.numberField(`${path}.credit_per_minute`, `${row} – ${this.word('admin.credit')}`, each.credit_per_minute, 'any',
          (credit_per_minute) => set({ credit_per_minute }))}
      </td>
      <td>
        ${this.field(`${path}.legal_basis`, `${row} – ${this.word('admin.legal_basis')}`, each.legal_basis ?? '', (text) =>
          this.setBasis(index, text))}
      </td>
      <td>
        <label class="check">
          <input
            type="checkbox"
            aria-label=${`${row} – ${this.word('admin.confirm')}`}
            ?disabled=${index === 0}
            .checked=${each.confirm}
            @change=${(event: Event) => set({ confirm: (event.target as HTMLInputElement).checked })}
          />
        </label>
      </td>
      <td>
        ${this.rowTools(
          row,
          (step) => this.change({ classes: moved(classes, index, step) }),
          () => this.change({ classes: classes.filter((_, i) => i !== index) }),
        )}
      </td>
    </tr>`;
  }

  private setBasis(index: number, text: string): void {
    this.change({
      classes: this.layout.classes.map((each, i) => {
        if (i !== index) return each;
        const { legal_basis: _gone, ...rest } = each;
        return text === '' ? rest : { ...rest, legal_basis: text };
      }),
    });
  }
}
