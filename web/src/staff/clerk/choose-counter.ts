/** Which counter somebody sits down at. Tells `chosen` with its number; digits on the keyboard choose too. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { inLang } from '../../shared/words';
import { StaffElement } from '../element';
import { serviceName } from '../names';
import type { StaffKey } from '../words';
import type { Board, CounterPlace, Office } from '../../wire';

const STATES: Record<string, [StaffKey, string]> = {
  closed: ['clerk.counter_closed', ''],
  open: ['clerk.counter_open', 'green'],
  paused: ['clerk.counter_paused', 'blue'],
};

@customElement('choose-counter')
export class ChooseCounter extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      h2 {
        font-size: 26px;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(280px, 1fr));
        gap: 16px;
        margin-top: 20px;
      }
      button {
        display: grid;
        grid-template-columns: 72px 1fr;
        gap: 4px 16px;
        width: 100%;
        height: 100%;
        padding: 18px 20px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        box-shadow: var(--shadow);
        text-align: left;
      }
      button:hover {
        border-color: var(--red);
      }
      button.last {
        border: 2px solid var(--red);
      }
      .big {
        grid-row: span 2;
        align-self: center;
        font-size: 52px;
        font-weight: 700;
        line-height: 1;
        color: var(--red);
        text-align: center;
      }
      .name {
        display: flex;
        align-items: center;
        justify-content: space-between;
        flex-wrap: wrap;
        gap: 2px 8px;
        font-weight: 700;
      }
      .services {
        font-size: 14px;
        color: var(--ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) office: Office | null = null;
  @property({ attribute: false }) board: Board | null = null;
  /** Where this computer was last; marked. */
  @property({ type: Number }) last: number | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.pressed);
  }

  override disconnectedCallback(): void {
    window.removeEventListener('keydown', this.pressed);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    return html`
      <h2>${this.word('clerk.choose_title')}</h2>
      <p class="soft">${this.word('clerk.choose_hint')}</p>
      <ul>
        ${(this.office?.counters ?? []).map((counter) => html`<li>${this.card(counter)}</li>`)}
      </ul>
    `;
  }

  private card(counter: CounterPlace): TemplateResult {
    const now = this.board?.counters.find((each) => each.id === counter.id);
    const [state, tone] = STATES[now?.state ?? counter.state] ?? ['clerk.counter_closed', ''];
    const names = (ids: readonly string[]): string =>
      ids.map((id) => serviceName(this.office, id, this.language)).join(' · ');
    return html`<button class=${counter.id === this.last ? 'last' : ''} @click=${() => this.tell('chosen', counter.id)}>
      <span class="big number">${counter.id}</span>
      <span class="name">
        <span>${inLang(counter.name, this.language)}</span>
        <span class="chip ${tone}">${this.word(state as StaffKey)}${now?.number ? ` · ${now.number}` : nothing}</span>
      </span>
      <span class="services">
        ${names(counter.services)}
        ${counter.backup_services.length === 0
          ? nothing
          : html`<br />${this.word('clerk.backup')}: ${names(counter.backup_services)}`}
      </span>
    </button>`;
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.composedPath()[0] instanceof HTMLInputElement) return;
    const digit = /^Numpad([1-9])$/.exec(event.code)?.[1] ?? event.key;
    const counter = (this.office?.counters ?? []).find((each) => String(each.id) === digit);
    if (counter) this.tell('chosen', counter.id);
  };
}
