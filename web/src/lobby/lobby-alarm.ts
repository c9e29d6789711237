/** The alarm covers everything. */

import { css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { shared } from '../shared/styles';
import type { Lang } from '../shared/words';
import type { Notice } from '../wire';
import { both, bothOf } from './labels';

@customElement('lobby-alarm')
export class LobbyAlarm extends QueueElement {
  static override styles = [
    shared,
    css`
      :host {
        position: fixed;
        top: 0;
        right: 0;
        bottom: 0;
        left: 0;
        z-index: 10;
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        padding: calc(6 * var(--u)) 8vw;
        background: #a30d12;
        border: calc(2.4 * var(--u)) solid #ffd24a;
        color: #ffffff;
        text-align: center;
      }
      svg {
        width: calc(22 * var(--u));
        height: calc(22 * var(--u));
        fill: #ffd24a;
      }
      h1 {
        margin: calc(2 * var(--u)) 0 calc(3 * var(--u));
        font-size: calc(12 * var(--u));
        line-height: 1.1;
        text-transform: uppercase;
      }
      h1 .second {
        margin-left: 0.4em;
        font-size: 0.5em;
      }
      .text .first {
        display: block;
        font-size: calc(5.2 * var(--u));
        font-weight: 700;
        line-height: 1.3;
      }
      .text .second {
        display: block;
        margin-top: calc(2.5 * var(--u));
        font-size: calc(3.8 * var(--u));
        line-height: 1.3;
      }
    `,
  ];

  @property({ attribute: false }) langs: Lang[] = ['vi', 'en'];
  @property({ attribute: false }) notices: readonly Notice[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'alert');
  }

  override render(): TemplateResult {
    const notice = this.notices.find((one) => one.kind === 'alarm');
    return html`<svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 2 1 21h22L12 2zm-1 7h2v6h-2V9zm0 8h2v2h-2v-2z" />
      </svg>
      <h1>${both(this.langs, 'lobby.alarm')}</h1>
      <p class="text">
        ${notice === undefined ? both(this.langs, 'lobby.alarm_more') : bothOf(this.langs, notice.text)}
      </p>`;
  }
}
