/** The page of `kiosk`. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';

@customElement('kiosk-page')
export class KioskPage extends QueueElement {
  override render(): TemplateResult {
    return html`<main><p>${this.say('line.first')}</p></main>`;
  }
}
