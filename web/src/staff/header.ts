/** The bar on top of every staff page: where one is, whether the line holds, alarm, language, account.
 *  Tells `lang`, `alarm`, `sign-out`, `change-password`. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import { clockSeconds } from '../shared/format';
import type { LineState } from '../shared/link';
import { LANGS, type Lang } from '../shared/words';
import { StaffElement } from './element';
import type { StaffKey } from './words';

const PAGES: readonly [string, StaffKey][] = [
  ['clerk', 'staff.clerk'],
  ['reception', 'staff.reception'],
  ['dashboard', 'staff.dashboard'],
  ['admin', 'staff.admin'],
  ['kiosk', 'staff.kiosk'],
  ['lobby', 'staff.lobby'],
];

@customElement('staff-header')
export class StaffHeader extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      header {
        display: flex;
        align-items: center;
        gap: 16px;
        min-height: 60px;
        padding: 8px 20px;
        background: var(--red-deep);
        border-bottom: 3px solid var(--gold);
        color: var(--on-red);
      }
      .title {
        flex: 1;
        min-width: 0;
      }
      h1 {
        font-size: 18px;
        line-height: 1.25;
      }
      .office {
        font-size: 13px;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .line {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        font-size: 14px;
        white-space: nowrap;
      }
      .line::before {
        content: '';
        width: 10px;
        height: 10px;
        border-radius: 50%;
        background: #7ddc9b;
      }
      .line.cut {
        padding: 4px 12px;
        border-radius: 999px;
        background: var(--gold-tint);
        color: var(--gold-ink);
        font-weight: 700;
      }
      .line.cut::before {
        background: #b26a00;
      }
      .bar {
        min-height: 40px;
        padding: 4px 12px;
        border: 1px solid rgba(255, 250, 240, 0.55);
        border-radius: var(--radius-small);
        font-size: 14px;
        font-weight: 700;
      }
      .bar:hover {
        background: rgba(255, 255, 255, 0.12);
      }
      .langs {
        display: flex;
      }
      .langs .bar:first-child {
        border-radius: var(--radius-small) 0 0 var(--radius-small);
      }
      .langs .bar:last-child {
        border-radius: 0 var(--radius-small) var(--radius-small) 0;
        border-left: 0;
      }
      [aria-pressed='true'] {
        background: var(--on-red);
        color: var(--red-deep);
      }
      [aria-pressed='true']:hover {
        background: #fff;
      }
      details {
        position: relative;
      }
      summary {
        display: flex;
        align-items: center;
        gap: 8px;
        list-style: none;
        cursor: pointer;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary::after {
        content: '▾';
      }
      .menu {
        position: absolute;
        right: 0;
        top: calc(100% + 8px);
        z-index: 10;
        width: 240px;
        padding: 8px;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--card);
        color: var(--ink);
        box-shadow: 0 12px 40px rgba(40, 20, 10, 0.25);
      }
      .menu a,
      .menu button {
        display: block;
        width: 100%;
        padding: 10px 12px;
        border-radius: 8px;
        font-size: 15px;
        text-align: left;
        text-decoration: none;
      }
      .menu a:hover,
      .menu button:hover {
        background: var(--paper);
      }
      .menu hr {
        margin: 6px 0;
        border: 0;
        border-top: 1px solid var(--line);
      }
      @media (max-width: 760px) {
        header {
          flex-wrap: wrap;
          gap: 8px 12px;
        }
        .title {
          flex-basis: 100%;
        }
        .line {
          flex: 1;
        }
      }
    `,
  ];

  @property() page: StaffKey = 'staff.clerk';
  @property() office = '';
  @property() officeId = '';
  /** Where in the office, such as a counter. */
  @property() place = '';
  /** Who is signed in; empty for nobody. */
  @property() user = '';
  @property() line: LineState = 'connecting';
  @property({ type: Number }) heardAt: number | null = null;
  @property() zone = 'Asia/Ho_Chi_Minh';
  @property({ type: Boolean }) alarm = false;
  @query('details') private menu!: HTMLDetailsElement | null;

  override render(): TemplateResult {
    return html`
      <header>
        <div class="title">
          <h1>${this.place === '' ? this.word(this.page) : this.place}</h1>
          <p class="office">${this.office}</p>
        </div>
        ${this.lineState()}
        ${this.user === '' || this.alarm
          ? nothing
          : html`<button class="bar" @click=${this.raise}>${this.word('alarm.raise')}</button>`}
        <div class="langs" role="group" aria-label=${this.word('staff.language')}>
          ${LANGS.map(
            (lang) => html`<button
              class="bar"
              aria-pressed=${lang === this.language}
              lang=${lang}
              @click=${(event: MouseEvent) => this.choose(event, lang)}
            >
              ${lang.toUpperCase()}
            </button>`,
          )}
        </div>
        ${this.user === '' ? nothing : this.account()}
      </header>
    `;
  }

  private lineState(): TemplateResult {
    if (this.line === 'live') return html`<span class="line" role="status">${this.word('staff.connected')}</span>`;
    const asOf =
      this.heardAt === null
        ? ''
        : this.word('staff.as_of', { time: clockSeconds(this.heardAt, this.language, this.zone) });
    return html`<span class="line cut" role="status">${this.word('staff.connecting')} ${asOf}</span>`;
  }

  private account(): TemplateResult {
    return html`
      <details @keydown=${this.leaveMenu} @focusout=${this.lostFocus}>
        <summary class="bar" aria-label=${this.word('staff.account', { user: this.user })}>${this.user}</summary>
        <div class="menu" @click=${this.closeMenu}>
          <nav aria-label=${this.word('staff.pages')}>
            ${PAGES.map(([path, name]) => html`<a href=${`/${this.officeId}/${path}`}>${this.word(name)}</a>`)}
          </nav>
          <hr />
          <button @click=${() => this.tell('change-password', null)}>${this.word('staff.change_password')}</button>
          <button @click=${() => this.tell('sign-out', null)}>${this.word('staff.sign_out')}</button>
        </div>
      </details>
    `;
  }

  private choose(event: MouseEvent, lang: Lang): void {
    letGo(event);
    this.tell('lang', lang);
  }

  private readonly raise = (event: MouseEvent): void => {
    letGo(event);
    this.tell('alarm', null);
  };

  private leaveMenu(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.closeMenu();
  }

  private readonly lostFocus = (event: FocusEvent): void => {
    if (!(event.relatedTarget instanceof Node) || !this.menu?.contains(event.relatedTarget)) this.closeMenu();
  };

  private readonly closeMenu = (): void => {
    if (this.menu) this.menu.open = false;
  };
}

/** After a mouse's click the keyboard is the page's again, so that Enter is a clerk's next act; a click by the
 *  keyboard (detail 0) keeps its place. */
function letGo(event: MouseEvent): void {
  if (event.detail > 0 && event.currentTarget instanceof HTMLElement) event.currentTarget.blur();
}
