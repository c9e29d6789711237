/** The backup to download, and how those go that the server takes of itself. */

import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { clock, longDate } from '../../shared/format';
import { StaffElement } from '../element';

/** `GET /readyz`; 503 carries the same body. */
interface Ready {
  backup?: { last_at: string | null; failed: string | null };
}

@customElement('backup-panel')
export class BackupPanel extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      .button {
        margin-top: 10px;
      }
    `,
  ];

  @state() private backup: Ready['backup'];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  override render(): TemplateResult {
    return html`
      <h3>${this.word('admin.backup')}</h3>
      <p class="soft">${this.word('admin.backup_text')}</p>
      ${this.backup === undefined ? nothing : this.#own(this.backup)}
      <a class="button" href="/api/v1/backup" download>${this.word('admin.backup_download')}</a>
    `;
  }

  #own(backup: NonNullable<Ready['backup']>): TemplateResult {
    const at = backup.last_at;
    const when = at === null ? '–' : `${clock(at, this.language)}, ${longDate(at, this.language)}`;
    return html`<p>${this.word('admin.backup_last')} ${when}</p>
      ${backup.failed === null ? nothing : html`<p role="alert">${this.word('admin.backup_failed')} ${backup.failed}</p>`}`;
  }

  async #look(): Promise<void> {
    try {
      this.backup = ((await (await fetch('/readyz', { cache: 'no-store' })).json()) as Ready).backup;
    } catch {
      this.backup = undefined;
    }
  }
}
