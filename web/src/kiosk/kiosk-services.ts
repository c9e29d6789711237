/** The services as large buttons, with who waits for each. */

import { css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { count, kindWait } from '../shared/format';
import { shared } from '../shared/styles';
import { inLang, problemWords } from '../shared/words';
import type { Service } from '../wire';
import { columns } from './flow';
import { kioskStyles } from './kiosk-styles';

@customElement('kiosk-services')
export class KioskServices extends QueueElement {
  static override styles = [
    shared,
    kioskStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr) auto;
        gap: calc(2.4 * var(--u));
        height: 100%;
      }
      ul {
        display: grid;
        gap: calc(1.8 * var(--u));
        grid-auto-rows: minmax(calc(12 * var(--u)), 1fr);
        overflow-y: auto;
        padding: 6px;
        margin: -6px;
      }
      ul.two {
        grid-template-columns: 1fr 1fr;
      }
      ul.three {
        grid-template-columns: 1fr 1fr 1fr;
      }
      li {
        display: grid;
        max-height: calc(20 * var(--u));
      }
      .service {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: center;
        gap: calc(2.4 * var(--u));
        min-height: calc(12 * var(--u));
        padding: calc(1 * var(--u)) calc(2.4 * var(--u));
        border: calc(0.25 * var(--u)) solid var(--line);
        border-radius: calc(2 * var(--u));
        background: var(--card);
        box-shadow: var(--shadow);
        text-align: left;
      }
      .service:active:not([disabled]) {
        border-color: var(--red);
        background: var(--red-tint);
      }
      .service:focus-visible {
        box-shadow: var(--focus);
      }
      .prefix {
        display: grid;
        place-items: center;
        width: calc(9 * var(--u));
        height: calc(9 * var(--u));
        border-radius: calc(1.6 * var(--u));
        background: var(--red);
        color: var(--on-red);
        font-size: calc(5.4 * var(--u));
        font-weight: 700;
      }
      .name {
        display: block;
        font-size: calc(4 * var(--u));
        font-weight: 700;
        line-height: 1.2;
      }
      .line {
        display: block;
        margin-top: calc(0.4 * var(--u));
        font-size: calc(2.9 * var(--u));
        color: var(--ink-soft);
      }
      [disabled] {
        background: #f1ece3;
        box-shadow: none;
      }
      [disabled] .prefix {
        background: var(--ink-soft);
      }
      [disabled] .line {
        color: var(--red-deep);
      }
      .help {
        flex: 1;
        border-color: var(--blue);
        background: var(--blue-tint);
        color: var(--blue);
      }
    `,
  ];

  @property({ attribute: false }) services: readonly Service[] = [];
  @property({ type: Boolean }) tall = true;

  override render(): TemplateResult {
    const width = ['', 'one', 'two', 'three'][columns(this.services, this.tall)] ?? 'two';
    return html`<h2>${this.say('kiosk.choose')}</h2>
      <ul class=${width}>
        ${this.services.map((service) => html`<li>${this.#service(service)}</li>`)}
      </ul>
      <div class="foot">
        <button class="button" @click=${() => this.tell('back', null)}>${this.say('button.back')}</button>
        <button class="button help" @click=${() => this.tell('ask-help', null)}>${this.say('kiosk.help')}</button>
      </div>`;
  }

  #service(service: Service): TemplateResult {
    return html`<button
      class="service"
      ?disabled=${!service.open}
      @click=${() => this.tell('choose-service', service.id)}
    >
      <span class="prefix" aria-hidden="true">${service.prefix === '' ? '•' : service.prefix}</span>
      <span>
        <span class="name">${inLang(service.name, this.language)}</span>
        <span class="line">${this.#line(service)}</span>
      </span>
    </button>`;
  }

  #line(service: Service): string {
    if (!service.open) return problemWords(this.language, service.closed_because ?? 'numbers-stopped');
    if (service.waiting === 0) return this.say('kiosk.nobody');
    const people = this.say('kiosk.waiting', { n: count(service.waiting, this.language) });
    return `${people} · ${kindWait(service.wait.likely_s, this.language)}`;
  }
}
