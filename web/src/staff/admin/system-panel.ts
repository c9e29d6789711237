/** The address in QR codes, with a warning where phones cannot open it, and the backup. */

import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { StaffElement } from '../element';
import './backup-panel';
import './clock-panel';
import { isLoopback } from './draft';

@customElement('system-panel')
export class SystemPanel extends StaffElement {
  static override styles: CSSResultGroup = [
    StaffElement.styles,
    css`
      h2 {
        font-size: 22px;
      }
      section {
        margin-top: 20px;
        max-width: 860px;
      }
      .address {
        margin: 6px 0;
        font-size: 20px;
        font-weight: 700;
      }
      .warning {
        padding: 14px 18px;
        border-left: 8px solid var(--gold);
        border-radius: var(--radius-small);
        background: var(--gold-tint);
        color: var(--gold-ink);
      }
    `,
  ];

  @property() office = '';
  @property() publicUrl = '';

  override render(): TemplateResult {
    return html`
      <h2>${this.word('admin.system')}</h2>
      <clock-panel .language=${this.language} .office=${this.office}></clock-panel>
      <section>
        <h3>${this.word('admin.public_url')}</h3>
        <p class="address">${this.publicUrl}</p>
        ${isLoopback(this.publicUrl)
          ? html`<p class="warning" role="note">${this.word('admin.public_url_loopback')}</p>`
          : html`<p class="soft">${this.word('admin.public_url_good')}</p>`}
      </section>
      <section>
        <backup-panel .language=${this.language}></backup-panel>
      </section>
    `;
  }
}
