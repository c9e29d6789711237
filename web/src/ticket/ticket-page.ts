/** The page of `ticket`. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';

@customElement('ticket-page')
export class TicketPage extends QueueElement {
  override render(): TemplateResult {
    return html`<main><p>${this.say('line.first')}</p></main>`;
  }
}
