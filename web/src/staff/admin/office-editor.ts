/** The office itself: names, languages, zone, and the rule of absence. */

import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import type { StaffKey } from '../words';
import { LayoutEditor } from './editor';

@customElement('office-editor')
export class OfficeEditor extends LayoutEditor {
  static override styles: CSSResultGroup = [
    LayoutEditor.styles,
    css`
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(280px, 1fr));
        gap: 16px;
        margin-top: 12px;
      }
      label .field {
        margin-top: 4px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { layout } = this;
    const name = layout.name as Record<string, string>;
    const list = (text: string): string[] => text.split(',').map((part) => part.trim()).filter(Boolean);
    return html`
      <h2>${this.word('admin.office')} <code>${layout.id}</code></h2>
      <div class="fields">
        ${layout.languages.map(
          (lang) => html`<label>
            ${this.word('admin.name_lang', { lang: lang.toUpperCase() })}
            ${this.field(`name.${lang}`, this.word('admin.name_lang', { lang }), name[lang] ?? '', (value) =>
              this.change({ name: { ...name, [lang]: value } }))}
          </label>`,
        )}
        ${this.text('time_zone', 'admin.time_zone', layout.time_zone, '', (time_zone) => this.change({ time_zone }))}
        ${this.text('day_starts_at', 'admin.day_starts', layout.day_starts_at ?? '00:00', 'HH:MM', (day_starts_at) =>
          this.change({ day_starts_at: day_starts_at.trim() }))}
        ${this.text('languages', 'admin.languages', layout.languages.join(', '), this.word('admin.comma_hint'), (text) =>
          this.change({ languages: list(text) }), true)}
        ${this.text('voices', 'admin.voices', layout.voices.join(', '), this.word('admin.comma_hint'), (text) =>
          this.change({ voices: list(text) }), true)}
        <label>
          ${this.word('admin.absent_after')}
          ${this.numberField('absent_after_s', this.word('admin.absent_after'), layout.absent_after_s, '1', (absent_after_s) =>
            this.change({ absent_after_s }))}
        </label>
      </div>
    `;
  }

  /** A labelled field; one that is read whole, such as a list, is taken when it is left. */
  private text(path: string, label: StaffKey, value: string, hint: string, set: (value: string) => void, whole = false): TemplateResult {
    return html`<label>
      ${this.word(label)} <span class="hint">${hint}</span>
      ${whole
        ? html`<input
            class="field"
            aria-label=${this.word(label)}
            aria-invalid=${this.isWrong(path) ? 'true' : 'false'}
            .value=${value}
            @change=${(event: Event) => set((event.target as HTMLInputElement).value)}
          />`
        : this.field(path, this.word(label), value, set)}
    </label>`;
  }
}
