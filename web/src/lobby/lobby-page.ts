/** The page of `lobby`. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';

@customElement('lobby-page')
export class LobbyPage extends QueueElement {
  override render(): TemplateResult {
    return html`<main><p>${this.say('line.first')}</p></main>`;
  }
}
