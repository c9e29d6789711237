/** When numbers are issued: always, or in stretches of each day. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { DAYS, hoursOf, weekOf, type Day, type Week } from './draft';
import { LayoutEditor } from './editor';

/** Monday, 5 January 2026. */
const SOME_MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const USUAL = '07:30-12:00, 13:00-16:30';

@customElement('hours-editor')
export class HoursEditor extends LayoutEditor {
  static override styles: CSSResultGroup = [
    LayoutEditor.styles,
    css`
      .days {
        display: grid;
        grid-template-columns: 140px minmax(240px, 420px);
        align-items: center;
        gap: 8px 16px;
        margin-top: 8px;
      }
    `,
  ];
  /** What is being typed, which need not be whole hours at every letter. */
  private typing: Week | null = null;

  /** A draft that was thrown away takes the typing with it. */
  override willUpdate(): void {
    if (this.typing === null) return;
    if (JSON.stringify(hoursOf(this.typing)) !== JSON.stringify(this.layout.hours)) this.typing = null;
  }

  override render(): TemplateResult {
    const week = this.typing ?? weekOf(this.layout.hours);
    return html`
      <h2>${this.word('admin.hours')}</h2>
      <label class="check">
        <input type="radio" name="hours" .checked=${week === null} @change=${() => this.set(null)} />
        ${this.word('admin.hours_always')}
      </label>
      <label class="check">
        <input type="radio" name="hours" .checked=${week !== null} @change=${() => this.set(this.usual())} />
        ${this.word('admin.hours_set')}
      </label>
      ${week === null
        ? nothing
        : html`<div class="days">${DAYS.map((day, index) => this.day(week, day, index))}</div>
            <p class="hint">${this.word('admin.hours_hint')}</p>`}
    `;
  }

  private day(week: Week, day: Day, index: number): TemplateResult {
    const name = new Intl.DateTimeFormat(this.language === 'vi' ? 'vi-VN' : 'en-GB', { weekday: 'long', timeZone: 'UTC' })
      .format(new Date(SOME_MONDAY + index * DAY_MS));
    return html`<span>${name}</span>${this.field(`hours.${day}`, name, week[day], (text) => this.set({ ...week, [day]: text }))}`;
  }

  private usual(): Week {
    return { mon: USUAL, tue: USUAL, wed: USUAL, thu: USUAL, fri: USUAL, sat: '', sun: '' };
  }

  private set(week: Week | null): void {
    this.typing = week;
    const { hours: _gone, ...rest } = this.layout;
    this.tell('change', week === null ? rest : { ...rest, hours: hoursOf(week) });
  }
}
