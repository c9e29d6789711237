/** The page of `home`. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';

@customElement('home-page')
export class HomePage extends QueueElement {
  override render(): TemplateResult {
    return html`<main><p>${this.say('line.first')}</p></main>`;
  }
}
