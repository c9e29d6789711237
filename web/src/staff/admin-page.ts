/** The administrator's page: the layout as a draft that is saved as a whole, users, and the system. */

import './admin/classes-editor';
import './admin/counters-editor';
import './admin/hours-editor';
import './admin/notices-editor';
import './admin/office-editor';
import './admin/services-editor';
import './admin/system-panel';
import './admin/users-panel';

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { ProblemError, read, send } from '../shared/api';
import { StaffPage } from './page';
import { faultOf, finished, isLoopback, type Fault, type Section } from './admin/draft';
import type { StaffKey } from './words';
import type { Layout } from '../wire';

type Tab = Section | 'users' | 'system';
const TABS: readonly Tab[] = ['services', 'counters', 'classes', 'hours', 'notices', 'office', 'users', 'system'];

@customElement('admin-page')
export class AdminPage extends StaffPage {
  static override styles: CSSResultGroup = [
    StaffPage.styles,
    css`
      .halves {
        display: grid;
        grid-template-columns: 160px minmax(0, 1fr);
        align-items: start;
        gap: 16px;
      }
      nav {
        display: grid;
        gap: 4px;
      }
      nav button {
        padding: 12px 14px;
        border-radius: var(--radius-small);
        font-weight: 700;
        text-align: left;
      }
      nav button:hover {
        background: var(--card);
      }
      nav button[aria-current='page'] {
        background: var(--red);
        color: var(--on-red);
      }
      .save {
        position: sticky;
        bottom: 0;
        z-index: 5;
        display: flex;
        align-items: center;
        gap: 12px;
        margin-top: 16px;
        padding: 12px 20px;
        border-radius: var(--radius-small);
        background: var(--ink);
        color: #fff;
      }
      .save .button {
        color: var(--ink);
      }
      .save .primary {
        color: var(--on-red);
      }
      .refused {
        margin-bottom: 12px;
        padding: 12px 18px;
        border-left: 8px solid var(--red);
        border-radius: var(--radius-small);
        background: var(--red-tint);
        color: var(--red);
        font-weight: 700;
      }
      @media (max-width: 900px) {
        .halves {
          grid-template-columns: minmax(0, 1fr);
        }
        nav {
          display: flex;
          flex-wrap: wrap;
        }
      }
    `,
  ];

  protected readonly page = 'staff.admin';
  protected readonly desk = this.makeDesk('admin', () => void this.readLayout());
  @state() private tab: Tab = 'services';
  @state() private saved: Layout | null = null;
  @state() private draft: Layout | null = null;
  @state() private fault: Fault | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('beforeunload', this.leaving);
  }

  override disconnectedCallback(): void {
    window.removeEventListener('beforeunload', this.leaving);
    super.disconnectedCallback();
  }

  protected work(): TemplateResult {
    const dirty = this.draft !== this.saved;
    return html`<div class="halves">
      <nav aria-label=${this.word('staff.admin')}>
        ${TABS.map(
          (tab) => html`<button aria-current=${tab === this.tab ? 'page' : nothing} @click=${() => (this.tab = tab)}>
            ${this.word(`admin.${tab}` as StaffKey)}${tab === 'system' && this.warns() ? ' ⚠' : nothing}
          </button>`,
        )}
      </nav>
      <div>
        ${this.fault === null
          ? nothing
          : html`<p class="refused" role="alert">
              ${this.word('admin.not_saved', { where: this.where(this.fault), what: this.fault.what })}
            </p>`}
        <section class="panel" @change=${this.changed}>${this.section()}</section>
        ${dirty
          ? html`<div class="save">
              <span class="grow">${this.word('admin.unsaved')}</span>
              <button class="button" @click=${this.discard}>${this.word('admin.discard')}</button>
              <button class="button primary" ?disabled=${this.sending} @click=${() => void this.save()}>
                ${this.word('staff.save')}
              </button>
            </div>`
          : nothing}
      </div>
    </div>`;
  }

  private section(): TemplateResult {
    const { language, draft: layout } = this;
    if (this.tab === 'users') {
      return html`<users-panel
        .language=${language}
        @say=${(event: CustomEvent<string>) => this.notify(event.detail)}
        @trouble=${(event: CustomEvent<unknown>) => this.complain(event.detail)}
      ></users-panel>`;
    }
    if (this.tab === 'system') {
      return html`<system-panel .language=${language} .office=${this.desk.office?.id ?? ''} .publicUrl=${this.desk.office?.public_url ?? ''}></system-panel>`;
    }
    if (layout === null) return html`<p class="soft">${this.word('staff.loading')}</p>`;
    const wrong = this.fault?.path ?? '';
    switch (this.tab) {
      case 'services': {
        const fixed = new Set(this.saved?.services.map((service) => service.id));
        return html`<services-editor .language=${language} .layout=${layout} .wrong=${wrong} .fixed=${fixed}></services-editor>`;
      }
      case 'counters':
        return html`<counters-editor .language=${language} .layout=${layout} .wrong=${wrong}></counters-editor>`;
      case 'classes': {
        const fixed = new Set(this.saved?.classes.map((each) => each.id));
        return html`<classes-editor .language=${language} .layout=${layout} .wrong=${wrong} .fixed=${fixed}></classes-editor>`;
      }
      case 'hours':
        return html`<hours-editor .language=${language} .layout=${layout} .wrong=${wrong}></hours-editor>`;
      case 'notices':
        return html`<notices-editor .language=${language} .layout=${layout} .wrong=${wrong}></notices-editor>`;
      case 'office':
        return html`<office-editor .language=${language} .layout=${layout} .wrong=${wrong}></office-editor>`;
    }
  }

  private warns(): boolean {
    return isLoopback(this.desk.office?.public_url ?? '');
  }

  /** `Lĩnh vực 9 (prefix)`: the row as people count it. */
  private where(fault: Fault): string {
    const section = this.word(`admin.${fault.section}` as StaffKey);
    const key = fault.path.replace(/^[a-z_]+(\[\d+\])?\.?/, '');
    const row = fault.index === null ? section : this.word('admin.row', { what: section, n: fault.index + 1 });
    return key === '' ? row : `${row} (${key})`;
  }

  /** Native `change` events come by too; only those of the editors carry a layout. */
  private readonly changed = (event: Event): void => {
    if (!(event instanceof CustomEvent)) return;
    this.draft = event.detail as Layout;
  };

  private readonly discard = (): void => {
    this.draft = this.saved;
    this.fault = null;
  };

  private readonly leaving = (event: BeforeUnloadEvent): void => {
    if (this.draft !== this.saved) event.preventDefault();
  };

  private async readLayout(): Promise<void> {
    try {
      this.saved = await read<Layout>(this.desk.path('/layout'));
      this.draft = this.saved;
      this.fault = null;
    } catch (error) {
      this.complain(error);
    }
  }

  private async save(): Promise<void> {
    if (this.draft === null || this.sending) return;
    this.sending = true;
    try {
      await send<unknown>(this.desk.path('/layout'), finished(this.draft));
      await this.readLayout();
      await this.desk.refreshOffice();
      this.notify(this.word('admin.saved'));
    } catch (error) {
      const fault = error instanceof ProblemError && error.code === 'bad-layout' ? faultOf(error.message) : null;
      this.fault = fault;
      if (fault === null) this.complain(error);
      else this.tab = fault.section;
    } finally {
      this.sending = false;
    }
  }
}
