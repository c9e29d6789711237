/** One kind message that fills the screen: closed, alarm, away, failed, help, waiting for the answer. */

import { css, html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { QueueElement } from '../shared/base';
import { shared } from '../shared/styles';
import { kioskStyles } from './kiosk-styles';

export type Sign = 'clock' | 'alarm' | 'line' | 'sorry' | 'help' | 'work';

@customElement('kiosk-message')
export class KioskMessage extends QueueElement {
  static override styles = [
    shared,
    kioskStyles,
    css`
      :host {
        height: 100%;
      }
      .middle {
        padding: 0 calc(4 * var(--u));
      }
      p {
        max-width: calc(90 * var(--u));
        font-size: calc(4.2 * var(--u));
        white-space: pre-line;
      }
      p [lang] {
        display: block;
      }
      p [lang] + [lang] {
        margin-top: calc(3 * var(--u));
      }
      .middle.alarm {
        border-radius: calc(2.6 * var(--u));
        background: #a30d12;
        color: #ffffff;
      }
      .alarm h2 {
        color: #ffffff;
      }
      .alarm svg.icon {
        stroke: #ffd24a;
      }
      .work svg.icon {
        animation: turn 1.6s linear infinite;
      }
      @keyframes turn {
        to {
          transform: rotate(360deg);
        }
      }
    `,
  ];

  @property() sign: Sign = 'work';
  @property() heading = '';
  /** Plain, or one `span[lang]` a language. */
  @property({ attribute: false }) text: string | readonly TemplateResult[] = '';

  override render(): TemplateResult {
    return html`<div class="middle ${this.sign}" role=${this.sign === 'alarm' ? 'alert' : 'status'}>
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${SIGNS[this.sign]}</svg>
      <h2>${this.heading}</h2>
      <p>${this.text}</p>
      <slot></slot>
    </div>`;
  }
}

const SIGNS: Readonly<Record<Sign, SVGTemplateResult>> = {
  clock: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.500 2"/>`,
  alarm: svg`<path d="M12 3 2 20h20L12 3zM12 10v5M12 17.500v.1"/>`,
  line: svg`<path d="M4 9a12 12 0 0 1 16 0M7 12.500a7.500 7.500 0 0 1 10 0M10 16a3.500 3.500 0 0 1 4 0M12 19.500v.1"/>`,
  sorry: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v6M12 16.500v.1"/>`,
  help: svg`<circle cx="12" cy="7" r="3.500"/><path d="M5 20c0-4 3-6.500 7-6.500s7 2.500 7 6.500M3 20h18"/>`,
  work: svg`<path d="M12 3a9 9 0 1 1-9 9"/>`,
};
