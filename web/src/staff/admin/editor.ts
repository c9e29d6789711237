/** What every part of the layout's editor starts from: the draft comes in, a changed draft goes out by `change`. */

import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';

import { StaffElement } from '../element';
import type { Layout } from '../../wire';

/** As the server takes names. */
const NAME_CHARS_MAX = 200;

export abstract class LayoutEditor extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      h2 {
        font-size: 22px;
      }
      .field {
        margin: 0;
        min-height: 40px;
        padding: 6px 10px;
        font-size: 15px;
      }
      td {
        padding: 6px 4px;
      }
      th {
        padding: 6px 4px;
      }
      .narrow {
        width: 54px;
        padding: 6px;
      }
      .short {
        width: 120px;
      }
      .slim {
        width: 58px;
      }
      /* Names get the room that numbers leave. */
      .wide {
        width: 40%;
      }
      .name {
        min-width: 190px;
      }
      .tools {
        display: flex;
        gap: 4px;
        justify-content: flex-end;
      }
      .tools .button {
        min-width: 36px;
        padding: 0 8px;
      }
      .add {
        margin-top: 14px;
      }
      td .check {
        justify-content: center;
      }
      code {
        font-size: 13px;
        white-space: nowrap;
        color: var(--ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) layout!: Layout;
  /** The path that the server refused, as `services[8].prefix`. */
  @property() wrong = '';

  protected change(part: Partial<Layout>): void {
    this.tell<Layout>('change', { ...this.layout, ...part });
  }

  /** A text field; `path` is its place as in the office file. */
  protected field(path: string, label: string, value: string, set: (value: string) => void, shape = ''): TemplateResult {
    return html`<input
      class="field ${shape}"
      aria-label=${label}
      aria-invalid=${this.isWrong(path) ? 'true' : 'false'}
      maxlength=${NAME_CHARS_MAX}
      autocomplete="off"
      .value=${value}
      @input=${(event: InputEvent) => set((event.target as HTMLInputElement).value)}
    />`;
  }

  protected numberField(path: string, label: string, value: number, step: string, set: (value: number) => void): TemplateResult {
    return html`<input
      class="field narrow"
      type="number"
      min="0"
      step=${step}
      aria-label=${label}
      aria-invalid=${this.isWrong(path) ? 'true' : 'false'}
      .value=${String(value)}
      @change=${(event: Event) => set(Number((event.target as HTMLInputElement).value))}
    />`;
  }

  /** One cell a language. */
  protected nameCells(
    path: string,
    name: { [key in string]?: string },
    row: string,
    set: (name: Record<string, string>) => void,
  ): TemplateResult[] {
    return this.layout.languages.map(
      (lang) => html`<td>
        ${this.field(`${path}.${lang}`, `${row} – ${this.word('admin.name_lang', { lang })}`, name[lang] ?? '', (value) =>
          set({ ...(name as Record<string, string>), [lang]: value }), 'name',
        )}
      </td>`,
    );
  }

  protected nameHeads(shape = ''): TemplateResult[] {
    return this.layout.languages.map((lang) => html`<th scope="col" class=${shape}>${this.word('admin.name_lang', { lang: lang.toUpperCase() })}</th>`);
  }

  /** Up, down, remove. */
  protected rowTools(row: string, move: (step: -1 | 1) => void, remove: () => void): TemplateResult {
    const button = (sign: string, label: string, act: () => void): TemplateResult =>
      html`<button class="button small quiet" type="button" aria-label=${`${label}: ${row}`} title=${label} @click=${act}>
        ${sign}
      </button>`;
    return html`<div class="tools">
      ${button('↑', this.word('staff.up'), () => move(-1))} ${button('↓', this.word('staff.down'), () => move(1))}
      ${button('✕', this.word('staff.remove'), remove)}
    </div>`;
  }

  protected isWrong(path: string): boolean {
    return this.wrong !== '' && (this.wrong === path || this.wrong.startsWith(`${path}[`) || this.wrong.startsWith(`${path}.`));
  }

  /** The list with one entry replaced. */
  protected with<T>(list: readonly T[], index: number, part: Partial<T>): T[] {
    return list.map((each, i) => (i === index ? { ...each, ...part } : each));
  }
}
