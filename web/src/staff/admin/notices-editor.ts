/** Notices for idle screens, each with an end if it has one. */

import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import type { NoticeLayout } from '../../wire';
import { words } from './draft';
import { LayoutEditor } from './editor';

@customElement('notices-editor')
export class NoticesEditor extends LayoutEditor {
  static override styles: CSSResultGroup = [
    LayoutEditor.styles,
    css`
      li {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(260px, 1fr));
        align-items: end;
        gap: 10px;
        padding: 12px 0;
        border-bottom: 1px solid var(--line);
      }
      label .field {
        margin-top: 4px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { notices, languages } = this.layout;
    return html`
      <h2>${this.word('admin.notices')}</h2>
      <ul>
        ${notices.map((notice, index) => this.row(notice, index))}
      </ul>
      <button
        class="button add"
        type="button"
        @click=${() => this.change({ notices: [...notices, { id: '', text: words(languages) }] })}
      >
        + ${this.word('admin.add_notice')}
      </button>
    `;
  }

  private row(notice: NoticeLayout, index: number): TemplateResult {
    const { notices, languages } = this.layout;
    const text = notice.text as Record<string, string>;
    return html`<li>
      ${languages.map(
        (lang) => html`<label>
          ${this.word('admin.notice_text', { lang: lang.toUpperCase() })}
          ${this.field(`notices[${index}].text.${lang}`, `${this.word('admin.notices')} ${index + 1} (${lang})`, text[lang] ?? '', (value) =>
            this.change({ notices: this.with(notices, index, { text: { ...text, [lang]: value } }) }),
          )}
        </label>`,
      )}
      <label>
        ${this.word('admin.notice_until')}
        <input
          class="field"
          type="datetime-local"
          .value=${localText(notice.until)}
          @change=${(event: Event) => this.setUntil(index, (event.target as HTMLInputElement).value)}
        />
      </label>
      <button
        class="button quiet"
        type="button"
        aria-label=${`${this.word('staff.remove')} ${index + 1}`}
        @click=${() => this.change({ notices: notices.filter((_, i) => i !== index) })}
      >
        ${this.word('staff.remove')}
      </button>
    </li>`;
  }

  private setUntil(index: number, local: string): void {
    this.change({
      notices: this.layout.notices.map((notice, i) => {
        if (i !== index) return notice;
        const { until: _gone, ...rest } = notice;
        return local === '' ? rest : { ...rest, until: new Date(local).toISOString() };
      }),
    });
  }
}

/** An instant as `datetime-local` writes it, on this computer's clock. */
function localText(instant: string | undefined): string {
  if (instant === undefined) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
