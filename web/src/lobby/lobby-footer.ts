/** The bottom of the screen: notices in turn, the state of the line, the loudspeaker's button. */

import { css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { clockSeconds } from '../shared/format';
import { shared } from '../shared/styles';
import type { Lang } from '../shared/words';
import type { Notice } from '../wire';
import { both, bothOf } from './labels';
import { part } from './screen';

const TURN_MS = 12_000;

export type SpeakerState = 'off' | 'on' | 'blocked';

@customElement('lobby-footer')
export class LobbyFooter extends QueueElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: 1fr auto;
        grid-gap: calc(2 * var(--u));
        align-items: center;
        height: calc(8 * var(--u));
        padding: 0 calc(2 * var(--u));
        background: var(--card);
        border-top: calc(0.3 * var(--u)) solid var(--gold);
      }
      .notice {
        line-height: 1.25;
        overflow: hidden;
        max-height: calc(7.4 * var(--u));
      }
      .first,
      .second {
        display: block;
      }
      .notice .first {
        font-size: calc(2.5 * var(--u));
        font-weight: 700;
      }
      .notice .second {
        font-size: calc(1.9 * var(--u));
        color: var(--ink-soft);
      }
      .strip {
        border-radius: calc(1 * var(--u));
        padding: calc(0.8 * var(--u)) calc(1.6 * var(--u));
        background: var(--gold-tint);
        color: var(--gold-ink);
        line-height: 1.2;
      }
      .strip .first {
        font-size: calc(2.5 * var(--u));
        font-weight: 700;
      }
      .strip .second {
        font-size: calc(1.9 * var(--u));
      }
      button {
        max-width: calc(40 * var(--u));
        padding: calc(0.8 * var(--u)) calc(1.8 * var(--u));
        border-radius: calc(1 * var(--u));
        border: calc(0.2 * var(--u)) solid var(--line-strong);
        color: var(--ink-soft);
        font-size: calc(1.8 * var(--u));
        line-height: 1.25;
        text-align: left;
      }
      button .second {
        font-size: calc(1.5 * var(--u));
      }
      button.blocked {
        border-color: var(--gold-ink);
        background: var(--gold);
        color: #2a1d00;
        font-weight: 700;
        font-size: calc(2.1 * var(--u));
      }
    `,
  ];

  @property({ attribute: false }) langs: Lang[] = ['vi', 'en'];
  @property({ attribute: false }) notices: readonly Notice[] = [];
  @property({ type: Number }) now = 0;
  @property() zone = 'Asia/Ho_Chi_Minh';
  @property({ type: Boolean }) offline = false;
  /** When the data shown came. */
  @property({ type: Number }) since = 0;
  @property() speaker: SpeakerState = 'off';

  override render(): TemplateResult {
    const [notice] = part(this.notices, 1, this.now, TURN_MS);
    return html`${this.offline
        ? html`<p class="strip" role="status">${this.#mending()}</p>`
        : html`<p class="notice">${notice === undefined ? both(this.langs, 'lobby.keep_ticket') : bothOf(this.langs, notice.text)}</p>`}
      <button class=${this.speaker} aria-pressed=${this.speaker === 'off' ? 'false' : 'true'} @click=${this.#press}>
        ${this.#button()}
      </button>`;
  }

  #mending(): TemplateResult {
    const [lang = 'vi'] = this.langs;
    return this.since === 0
      ? both(this.langs, 'line.offline')
      : both(this.langs, 'line.mending', { time: clockSeconds(this.since, lang, this.zone) });
  }

  #button(): TemplateResult {
    if (this.speaker === 'blocked') return both(this.langs, 'lobby.speaker_blocked');
    return both(this.langs, this.speaker === 'on' ? 'lobby.speaker_off' : 'lobby.speaker_on');
  }

  readonly #press = (): void => this.tell('speaker-press', this.speaker);
}
