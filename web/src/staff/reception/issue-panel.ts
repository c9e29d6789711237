/** Taking a number for somebody who stands at the desk: options, then one press on the service.
 *  Tells `take` with the request. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { shortWait } from '../../shared/format';
import { inLang } from '../../shared/words';
import { StaffElement } from '../element';
import type { Board, Office, Service, TicketRequest } from '../../wire';
import { DOSSIERS_MAX, dossiersOf, FRESH, pressService, requestOf, type Wish } from './wish';

@customElement('issue-panel')
export class IssuePanel extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      .options {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 12px 20px;
        margin: 12px 0 16px;
      }
      .stepper {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .stepper .button {
        min-width: 44px;
        padding: 0;
        font-size: 20px;
      }
      .stepper .field {
        width: 64px;
        margin: 0;
        text-align: center;
        font-weight: 700;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(250px, 1fr));
        gap: 12px;
      }
      .service {
        display: grid;
        grid-template-columns: 48px 1fr;
        align-items: center;
        gap: 2px 14px;
        width: 100%;
        height: 100%;
        min-height: 78px;
        padding: 12px 16px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--card);
        text-align: left;
      }
      .service:hover:not([disabled]) {
        border-color: var(--red);
        background: var(--red-tint);
      }
      .service[disabled] {
        border-color: var(--line);
        color: #6b615a;
        background: #f4efe6;
      }
      .service[aria-pressed='true'] {
        border: 2px solid var(--red);
        background: var(--red-tint);
      }
      .letter {
        grid-row: span 2;
        display: grid;
        place-items: center;
        width: 48px;
        height: 48px;
        border-radius: 12px;
        background: var(--red-tint);
        color: var(--red);
        font-size: 26px;
        font-weight: 700;
      }
      [aria-pressed='true'] .letter {
        background: var(--red);
        color: var(--on-red);
      }
      .service strong {
        font-size: 16px;
        line-height: 1.25;
      }
      .service small {
        color: var(--ink-soft);
        font-size: 14px;
      }
      .taking {
        display: flex;
        gap: 12px;
        margin-top: 16px;
      }
    `,
  ];

  @property({ attribute: false }) office: Office | null = null;
  @property({ attribute: false }) board: Board | null = null;
  @property({ type: Boolean }) busy = false;
  @state() private wish: Wish = FRESH;

  /** Back to no options, after a number was taken. */
  reset(): void {
    this.wish = FRESH;
  }

  override render(): TemplateResult {
    const { office, wish } = this;
    if (office === null) return html``;
    return html`<section class="panel">
      <h2>${this.word('reception.issue_title')}</h2>
      <p class="soft">${this.word(wish.chain === null ? 'reception.issue_hint' : 'reception.several_hint')}</p>
      <div class="options">
        ${office.classes.length < 2 ? nothing : this.classes(office)}
        ${office.languages.length < 2 ? nothing : this.languages(office)} ${this.dossiers()}
        <label class="check">
          <input type="checkbox" .checked=${wish.assist} @change=${(event: Event) => this.with({ assist: checked(event) })} />
          ${this.word('staff.assist')}
        </label>
        <label class="check">
          <input
            type="checkbox"
            .checked=${wish.chain !== null}
            @change=${(event: Event) => this.with({ chain: checked(event) ? [] : null })}
          />
          ${this.word('reception.several')}
        </label>
      </div>
      <ul>
        ${office.services.map((service) => html`<li>${this.service(service)}</li>`)}
      </ul>
      ${wish.chain === null ? nothing : this.taking(wish.chain)}
    </section>`;
  }

  private classes(office: Office): TemplateResult {
    const chosen = this.wish.class ?? office.classes[0]?.id;
    return html`<div class="segments" role="group" aria-label=${this.word('staff.class')}>
      ${office.classes.map(
        (each, index) => html`<button
          aria-pressed=${each.id === chosen}
          @click=${() => this.with({ class: index === 0 ? null : each.id })}
        >
          ${inLang(each.name, this.language)}
        </button>`,
      )}
    </div>`;
  }

  private languages(office: Office): TemplateResult {
    const chosen = this.wish.lang ?? office.languages[0];
    return html`<div class="segments" role="group" aria-label=${this.word('reception.lang')}>
      ${office.languages.map(
        (lang, index) => html`<button
          aria-pressed=${lang === chosen}
          @click=${() => this.with({ lang: index === 0 ? null : lang })}
        >
          ${lang.toUpperCase()}
        </button>`,
      )}
    </div>`;
  }

  private dossiers(): TemplateResult {
    const { dossiers } = this.wish;
    const step = (by: number) => () => this.with({ dossiers: dossiersOf(String(dossiers + by)) });
    return html`<div class="stepper">
      <label for="dossiers">${this.word('reception.dossiers')}</label>
      <button class="button" aria-label=${this.word('reception.less')} ?disabled=${dossiers <= 1} @click=${step(-1)}>−</button>
      <input
        id="dossiers"
        class="field"
        inputmode="numeric"
        .value=${String(dossiers)}
        @change=${(event: Event) => this.with({ dossiers: dossiersOf((event.target as HTMLInputElement).value) })}
      />
      <button class="button" aria-label=${this.word('reception.more')} ?disabled=${dossiers >= DOSSIERS_MAX} @click=${step(1)}>
        +
      </button>
    </div>`;
  }

  private service(service: Service): TemplateResult {
    const now = this.board?.services.find((each) => each.id === service.id) ?? service;
    const place = this.wish.chain?.indexOf(service.id) ?? -1;
    return html`<button
      class="service"
      ?disabled=${this.busy || !service.open}
      aria-pressed=${this.wish.chain === null ? nothing : place >= 0}
      @click=${() => this.press(service.id)}
    >
      <span class="letter" aria-hidden="true">${place >= 0 ? place + 1 : service.prefix || '#'}</span>
      <strong>${inLang(service.name, this.language)}</strong>
      <small>
        ${service.open
          ? this.word('reception.waiting_wait', { n: now.waiting, wait: shortWait(now.wait.likely_s, this.language) })
          : this.word('reception.closed')}
      </small>
    </button>`;
  }

  private taking(chain: readonly string[]): TemplateResult {
    return html`<div class="taking">
      <button
        class="button primary"
        ?disabled=${this.busy || chain.length === 0}
        @click=${() => this.take(requestOf(this.wish, chain))}
      >
        ${this.word('reception.take')}
      </button>
      <button class="button" @click=${() => this.with({ chain: [] })}>${this.word('reception.clear')}</button>
    </div>`;
  }

  private press(service: string): void {
    const pressed = pressService(this.wish, service);
    this.wish = pressed.wish;
    this.take(pressed.request);
  }

  private take(request: TicketRequest | null): void {
    if (request !== null && !this.busy) this.tell('take', request);
  }

  private with(part: Partial<Wish>): void {
    this.wish = { ...this.wish, ...part };
  }
}

function checked(event: Event): boolean {
  return (event.target as HTMLInputElement).checked;
}

declare global {
  interface HTMLElementTagNameMap {
    'issue-panel': IssuePanel;
  }
}
