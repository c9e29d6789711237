/** The look of all kiosk screens. `--u` is a hundredth and a bit of the short side: 10 px at 1080. */

import { css } from 'lit';

export const kioskStyles = css`
  :host {
    font-size: calc(3 * var(--u));
    line-height: 1.35;
  }
  h2 {
    font-size: calc(5.2 * var(--u));
    line-height: 1.2;
    color: var(--red);
  }
  .lead {
    font-size: calc(3.4 * var(--u));
    color: var(--ink-soft);
  }
  .button {
    min-height: calc(12 * var(--u));
    padding: calc(1 * var(--u)) calc(3.6 * var(--u));
    border-radius: calc(1.8 * var(--u));
    border-width: calc(0.3 * var(--u));
    font-size: calc(3.6 * var(--u));
    line-height: 1.2;
  }
  .button:active:not([disabled]) {
    transform: translateY(calc(0.3 * var(--u)));
    filter: brightness(0.93);
  }
  .middle {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    height: 100%;
    text-align: center;
    gap: calc(4 * var(--u));
  }
  .foot {
    display: flex;
    gap: calc(2.4 * var(--u));
  }
  .foot .primary {
    flex: 1;
  }
  svg.icon {
    width: calc(16 * var(--u));
    height: calc(16 * var(--u));
    fill: none;
    stroke: var(--red);
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
`;
