/** Who did what, when and why: newest first, page by page. Tells `trouble` when it cannot be read. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { read } from '../../shared/api';
import { clockSeconds, shortDate } from '../../shared/format';
import { StaffElement } from '../element';
import { actWords } from '../words';
import type { Audit, AuditItem } from '../../wire';

/** Older pages pile up on the screen to this many acts. */
const ITEMS_MAX = 1_000;

@customElement('audit-list')
export class AuditList extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      table {
        font-size: 14px;
      }
      .hash {
        font-family: ui-monospace, 'DejaVu Sans Mono', monospace;
        font-size: 12px;
        color: var(--ink-soft);
      }
      .box {
        max-height: 420px;
        overflow: auto;
        margin-top: 8px;
      }
      thead th {
        position: sticky;
        top: 0;
        background: var(--card);
      }
      form .field {
        width: 150px;
        min-height: 36px;
        margin: 0;
        padding: 4px 10px;
        text-transform: uppercase;
      }
      form .field::placeholder {
        text-transform: none;
      }
      .more {
        margin-top: 12px;
      }
    `,
  ];

  /** `/api/v1/offices/{office}/audit`. */
  @property() path = '';
  @property() zone = 'Asia/Ho_Chi_Minh';
  @state() private items: readonly AuditItem[] = [];
  @state() private next: number | null = null;
  /** Only acts on this ticket number, where one is asked for. */
  private number = '';
  private reading = false;

  override firstUpdated(): void {
    void this.refresh();
  }

  /** The newest page. */
  async refresh(): Promise<void> {
    await this.load(null);
  }

  override render(): TemplateResult {
    return html`<section class="panel">
      <div class="heads">
        <h2>${this.word('dashboard.audit')}</h2>
        <span class="grow"></span>
        <form class="row" @submit=${this.search}>
          <input
            class="field"
            name="number"
            maxlength="8"
            autocomplete="off"
            spellcheck="false"
            aria-label=${this.word('dashboard.audit_find')}
            placeholder=${this.word('dashboard.audit_find')}
          />
          <button class="button small">${this.word('dashboard.audit_search')}</button>
        </form>
        <button class="button small" @click=${() => void this.refresh()}>${this.word('dashboard.audit_new')}</button>
      </div>
      <div class="box" tabindex="0" role="region" aria-label=${this.word('dashboard.audit')}>
        <table>
          <thead>
            <tr>
              <th scope="col">${this.word('dashboard.audit_when')}</th>
              <th scope="col">${this.word('dashboard.audit_who')}</th>
              <th scope="col">${this.word('dashboard.audit_what')}</th>
              <th scope="col">${this.word('staff.number')}</th>
              <th scope="col">${this.word('staff.counter')}</th>
              <th scope="col">${this.word('staff.reason')}</th>
              <th scope="col">${this.word('dashboard.audit_hash')}</th>
            </tr>
          </thead>
          <tbody>
            ${this.items.map((item) => this.row(item))}
          </tbody>
        </table>
      </div>
      ${this.next === null || this.items.length >= ITEMS_MAX
        ? nothing
        : html`<button class="button small more" @click=${() => void this.load(this.next)}>
            ${this.word('dashboard.audit_more')}
          </button>`}
    </section>`;
  }

  private row(item: AuditItem): TemplateResult {
    return html`<tr>
      <td title=${shortDate(item.at, this.language, this.zone)}>${clockSeconds(item.at, this.language, this.zone)}</td>
      <td>${this.who(item.actor)}</td>
      <td>${actWords(this.language, item.act)}</td>
      <td>${item.number === undefined ? '' : html`<span class="number">${item.number}</span>`}</td>
      <td>${item.counter ?? ''}</td>
      <td>${item.reason ?? ''}</td>
      <td class="hash" title=${item.hash}>${item.seq}·${item.hash.slice(0, 8)}</td>
    </tr>`;
  }

  private who(actor: string): string {
    const [kind, name] = actor.split(':');
    if (kind === 'user') return name ?? actor;
    if (kind === 'device') return this.word('audit.actor_device', { name: name ?? '' });
    return kind === 'anyone' ? this.word('audit.actor_anyone') : this.word('audit.actor_system');
  }

  private search(event: SubmitEvent): void {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem('number') as HTMLInputElement;
    this.number = field.value.trim().toUpperCase();
    void this.refresh();
  }

  private async load(before: number | null): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    try {
      const query = new URLSearchParams();
      if (before !== null) query.set('before', String(before));
      if (this.number !== '') query.set('number', this.number);
      const page = await read<Audit>(`${this.path}?${query}`);
      this.items = before === null ? page.items : [...this.items, ...page.items];
      this.next = page.next;
    } catch (error) {
      this.tell('trouble', error);
    } finally {
      this.reading = false;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'audit-list': AuditList;
  }
}
