/** The first screen: a welcome, and one large button for each language. */

import { css, html, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { shared } from '../shared/styles';
import { inLang, say, type Lang } from '../shared/words';
import type { Notice } from '../wire';
import { kioskStyles } from './kiosk-styles';

@customElement('kiosk-start')
export class KioskStart extends QueueElement {
  static override styles = [
    shared,
    kioskStyles,
    css`
      :host {
        height: 100%;
      }
      .all {
        display: flex;
        flex-direction: column;
        height: 100%;
      }
      .middle {
        flex: 1;
      }
      h2 .second {
        display: block;
        font-size: 0.6em;
        font-weight: 400;
        color: var(--ink-soft);
      }
      h2 {
        font-size: calc(8 * var(--u));
      }
      .picture {
        width: calc(46 * var(--u));
        height: calc(46 * var(--u));
      }
      .langs {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: calc(3 * var(--u));
        width: 100%;
      }
      .langs .button {
        flex: 1 1 calc(40 * var(--u));
        max-width: calc(60 * var(--u));
        min-height: calc(22 * var(--u));
        flex-direction: column;
        gap: calc(0.6 * var(--u));
        font-size: calc(5.4 * var(--u));
      }
      .langs small {
        font-size: calc(3 * var(--u));
        font-weight: 400;
      }
      .notice {
        padding: calc(2 * var(--u)) calc(3 * var(--u));
        border-left: calc(0.8 * var(--u)) solid var(--gold);
        border-radius: calc(1 * var(--u));
        background: var(--card);
        font-size: calc(2.7 * var(--u));
      }
      @media (orientation: landscape) {
        .picture {
          width: calc(30 * var(--u));
          height: calc(30 * var(--u));
        }
        .middle {
          gap: calc(2 * var(--u));
        }
      }
    `,
  ];

  @property({ attribute: false }) langs: Lang[] = ['vi', 'en'];
  @property({ attribute: false }) notices: readonly Notice[] = [];

  override render(): TemplateResult {
    const [first = 'vi', second] = this.langs;
    const notice = this.notices.find((one) => one.kind !== 'alarm');
    return html`<div class="all">
      <div class="middle">
        ${picture}
        <h2>
          <span lang=${first}>${say(first, 'kiosk.welcome')}</span>
          ${second === undefined ? '' : html`<span class="second" lang=${second}>${say(second, 'kiosk.welcome')}</span>`}
        </h2>
        <div class="langs">${this.langs.map((lang, index) => this.#button(lang, index === 0))}</div>
      </div>
      ${notice === undefined ? '' : html`<p class="notice" lang=${first}>${inLang(notice.text, first)}</p>`}
    </div>`;
  }

  #button(lang: Lang, primary: boolean): TemplateResult {
    return html`<button class="button ${primary ? 'primary' : ''}" lang=${lang} @click=${() => this.tell('choose-language', lang)}>
      ${say(lang, 'language.name')}<small>${say(lang, 'kiosk.touch')}</small>
    </button>`;
  }
}

/** A hand taking a ticket out of a machine. */
const picture = html`<svg class="picture" viewBox="0 0 120 120" aria-hidden="true">
  ${svg`<rect x="22" y="8" width="76" height="50" rx="10" fill="#8c1d1f"/>
  <rect x="32" y="18" width="56" height="22" rx="4" fill="#fffaf0"/>
  <path d="M40 29h20M40 34h12" stroke="#8c1d1f" stroke-width="3" stroke-linecap="round"/>
  <path d="M74 22l2.2 5 5.4.5-4.100 3.600 1.300 5.300-4.800-2.900-4.800 2.900 1.300-5.300-4.100-3.600 5.400-.5z" fill="#d9a21b"/>
  <rect x="34" y="47" width="52" height="5" rx="2.500" fill="#4b0d0f"/>
  <path d="M40 50h40v48l-5-4-5 4-5-4-5 4-5-4-5 4-5-4-5 4z" fill="#ffffff" stroke="#d9cdbb" stroke-width="2"/>
  <path d="M50 60h20" stroke="#8d8074" stroke-width="3" stroke-linecap="round"/>
  <text x="60" y="81" text-anchor="middle" font-size="12" font-weight="700" fill="#8c1d1f">A012</text>`}
</svg>`;
