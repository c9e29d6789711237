/** What each counter does at this moment. */

import { css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { shared } from '../shared/styles';
import type { Key, Lang } from '../shared/words';
import type { BoardCall, BoardCounter } from '../wire';
import { both } from './labels';
import { part } from './screen';

const SHOWN = 8;
const TURN_MS = 10_000;

@customElement('lobby-counters')
export class LobbyCounters extends QueueElement {
  static override styles = [
    shared,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(4, 1fr);
        grid-gap: calc(1 * var(--u));
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        height: calc(10.2 * var(--u));
        padding: calc(0.6 * var(--u)) calc(0.8 * var(--u));
        border-radius: calc(1.2 * var(--u));
        background: var(--card);
        border: calc(0.2 * var(--u)) solid var(--line);
        overflow: hidden;
        line-height: 1.15;
      }
      .id {
        min-width: calc(4.4 * var(--u));
        margin-right: calc(0.9 * var(--u));
        padding: calc(0.6 * var(--u)) calc(0.4 * var(--u));
        border-radius: calc(0.9 * var(--u));
        background: var(--ink);
        color: #ffffff;
        font-weight: 700;
        font-size: calc(3.4 * var(--u));
        text-align: center;
      }
      .now {
        display: block;
        font-size: calc(3 * var(--u));
        font-weight: 700;
        letter-spacing: 0;
      }
      .now.long {
        font-size: calc(2 * var(--u));
      }
      .first,
      .second {
        display: block;
        font-size: calc(1.7 * var(--u));
        white-space: nowrap;
      }
      .second {
        font-size: calc(1.5 * var(--u));
        color: var(--ink-soft);
      }
      .first {
        font-weight: 700;
      }
      .now + .first {
        font-size: calc(1.45 * var(--u));
      }
      .open .first {
        color: var(--green);
      }
      .paused {
        background: var(--gold-tint);
      }
      .paused .id {
        background: var(--gold-ink);
      }
      .paused .first {
        color: var(--gold-ink);
      }
      .closed {
        background: #f1ece3;
      }
      .closed .id {
        background: var(--ink-soft);
      }
      .closed .first {
        color: var(--ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) langs: Lang[] = ['vi', 'en'];
  @property({ attribute: false }) counters: readonly BoardCounter[] = [];
  @property({ attribute: false }) calls: readonly BoardCall[] = [];
  @property({ type: Number }) now = 0;

  override render(): TemplateResult {
    return html`<ul>
      ${part(this.counters, SHOWN, this.now, TURN_MS).map((counter) => this.#counter(counter))}
    </ul>`;
  }

  #counter(counter: BoardCounter): TemplateResult {
    const state: Key = counter.state === 'open' ? this.#open(counter) : `counter.${counter.state}`;
    const number = counter.state === 'closed' ? null : counter.number;
    return html`<li class=${counter.state}>
      <span class="id"><span class="heard-only">${this.say('counter', { n: '' })}</span>${counter.id}</span>
      <span>
        ${number === null ? '' : html`<span class="now number ${number.length > 5 ? 'long' : ''}">${number}</span>`}
        ${both(number === null ? this.langs : this.langs.slice(0, 1), state)}
      </span>
    </li>`;
  }

  /** An open counter is free, has called somebody who is on the way, or serves. */
  #open(counter: BoardCounter): Key {
    if (counter.number === null) return 'counter.free';
    const onTheWay = this.calls.some((call) => call.number === counter.number && call.state === 'called');
    return onTheWay ? 'counter.calling' : 'counter.open';
  }
}
