/** What was chosen, who is ahead, the likely wait; and, if needed, a request for priority or for being fetched. */

import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { count, kindWait } from '../shared/format';
import { shared } from '../shared/styles';
import { inLang } from '../shared/words';
import type { Class, Service } from '../wire';
import { kioskStyles } from './kiosk-styles';

export interface Wishes {
  classId: string | null;
  assist: boolean;
}

@customElement('kiosk-confirm')
export class KioskConfirm extends QueueElement {
  static override styles = [
    shared,
    kioskStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: minmax(0, 1fr) auto;
        gap: calc(2.4 * var(--u));
        height: 100%;
      }
      .body {
        display: grid;
        align-content: center;
        gap: calc(3 * var(--u));
        overflow-y: auto;
        padding: 6px;
        margin: -6px;
      }
      h2 {
        margin-top: calc(0.6 * var(--u));
        font-size: calc(6.6 * var(--u));
      }
      dl {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: calc(2 * var(--u));
      }
      dl div {
        padding: calc(2.6 * var(--u));
        border-radius: calc(2 * var(--u));
        background: var(--card);
        box-shadow: var(--shadow);
        text-align: center;
      }
      dt {
        color: var(--ink-soft);
        font-size: calc(2.8 * var(--u));
      }
      dd {
        font-size: calc(5.4 * var(--u));
        line-height: 1.25;
        font-weight: 700;
      }
      .wishes {
        display: grid;
        gap: calc(1.6 * var(--u));
      }
      .wish {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: calc(2.4 * var(--u));
        align-items: center;
        width: 100%;
        min-height: calc(12 * var(--u));
        padding: calc(1.6 * var(--u)) calc(2.6 * var(--u));
        border: calc(0.25 * var(--u)) solid var(--line);
        border-radius: calc(2 * var(--u));
        background: var(--card);
        text-align: left;
      }
      .wish[aria-pressed='true'] {
        border-color: var(--gold);
        background: var(--gold-tint);
      }
      .box {
        display: grid;
        place-items: center;
        width: calc(6 * var(--u));
        height: calc(6 * var(--u));
        border: calc(0.35 * var(--u)) solid var(--line-strong);
        border-radius: calc(1.4 * var(--u));
        background: #ffffff;
      }
      [aria-pressed='true'] .box {
        background: var(--red);
        border-color: var(--red);
      }
      .box svg {
        width: 70%;
        fill: none;
        stroke: #ffffff;
        stroke-width: 3.4;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .wish b {
        display: block;
        font-size: calc(3.6 * var(--u));
      }
      .wish small {
        display: block;
        font-size: calc(2.7 * var(--u));
        color: var(--ink-soft);
        line-height: 1.35;
      }
      @media (orientation: landscape) {
        .body {
          grid-template-columns: 1fr 1.15fr;
          column-gap: calc(6 * var(--u));
        }
        .wishes {
          grid-column: 2;
          grid-row: 1 / span 3;
          align-content: center;
        }
        dl {
          align-self: start;
          grid-template-columns: 2fr 3fr;
        }
        dl dd {
          font-size: calc(4.4 * var(--u));
        }
      }
    `,
  ];

  @property({ attribute: false }) service: Service | null = null;
  /** Those that may be asked for: all but the first. */
  @property({ attribute: false }) classes: readonly Class[] = [];
  @state() private classId: string | null = null;
  @state() private assist = false;

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('service');
    if (before !== undefined && before?.id !== this.service?.id) {
      this.classId = null;
      this.assist = false;
    }
  }

  override render(): TemplateResult | typeof nothing {
    const { service } = this;
    if (service === null) return nothing;
    return html`<div class="body">
        <div>
          <p class="lead">${this.say('kiosk.confirm_title')}</p>
          <h2>${inLang(service.name, this.language)}</h2>
        </div>
        <dl>
          <div>
            <dt>${this.say('kiosk.ahead')}</dt>
            <dd>${count(service.waiting, this.language)}</dd>
          </div>
          <div>
            <dt>${this.say('kiosk.wait')}</dt>
            <dd>${kindWait(service.wait.likely_s, this.language)}</dd>
          </div>
        </dl>
        <div class="wishes" role="group" aria-label=${this.say('kiosk.more')}>
          <p class="lead">${this.say('kiosk.more')}</p>
          ${this.classes.map((one) => this.#class(one))}
          ${this.#wish(this.assist, this.say('kiosk.assist'), [this.say('kiosk.assist_text')], () => {
            this.assist = !this.assist;
          })}
        </div>
      </div>
      <div class="foot">
        <button class="button" @click=${() => this.tell('back', null)}>${this.say('button.back')}</button>
        <button class="button primary" @click=${this.#confirm}>${this.say('kiosk.confirm')}</button>
      </div>`;
  }

  #class(one: Class): TemplateResult {
    const asked = this.classId === one.id;
    const name = this.say('kiosk.ask_class', { name: inLang(one.name, this.language) });
    const lines = [one.legal_basis ?? '', one.confirm ? this.say('kiosk.class_confirm') : ''];
    return this.#wish(asked, name, lines, () => {
      this.classId = asked ? null : one.id;
    });
  }

  #wish(on: boolean, name: string, lines: readonly string[], press: () => void): TemplateResult {
    return html`<button class="wish" aria-pressed=${on ? 'true' : 'false'} @click=${press}>
      <span class="box">${on ? html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m4 12 6 6L20 6" /></svg>` : ''}</span>
      <span><b>${name}</b>${lines.filter((line) => line !== '').map((line) => html`<small>${line}</small>`)}</span>
    </button>`;
  }

  readonly #confirm = (): void => {
    this.tell<Wishes>('confirm', { classId: this.classId, assist: this.assist });
  };
}
