/** The result on the screen, and the same on paper of 80 mm. */

import { css } from 'lit';

export const resultStyles = css`
  :host {
    display: grid;
    grid-template-rows: minmax(0, 1fr) auto auto;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(2.4 * var(--u));
    height: 100%;
  }
  .slip {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: center;
    justify-items: center;
    gap: calc(1.6 * var(--u));
    padding: calc(2.4 * var(--u)) calc(4 * var(--u));
    border-radius: calc(2.6 * var(--u));
    border-top: calc(1 * var(--u)) solid var(--gold);
    background: var(--card);
    box-shadow: var(--shadow);
    text-align: center;
  }
  .office,
  .taken {
    display: none;
  }
  .number {
    color: var(--red);
    font-size: calc(32 * var(--u));
    line-height: 1;
    letter-spacing: 0;
  }
  .number.long {
    font-size: calc(19 * var(--u));
  }
  .service {
    font-size: calc(4 * var(--u));
    font-weight: 700;
    line-height: 1.25;
  }
  dl {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: calc(2 * var(--u));
    width: 100%;
    max-width: calc(90 * var(--u));
  }
  dl div {
    padding: calc(1.6 * var(--u));
    border-radius: calc(1.6 * var(--u));
    background: var(--paper);
  }
  dt {
    color: var(--ink-soft);
    font-size: calc(2.7 * var(--u));
  }
  dd {
    font-size: calc(4.4 * var(--u));
    line-height: 1.25;
    font-weight: 700;
  }
  .note {
    max-width: calc(90 * var(--u));
    padding: calc(1.2 * var(--u)) calc(2.4 * var(--u));
    border-radius: calc(1.2 * var(--u));
    background: var(--gold-tint);
    color: var(--gold-ink);
    font-size: calc(2.6 * var(--u));
  }
  .scan {
    display: grid;
    justify-items: center;
    font-size: calc(2.7 * var(--u));
  }
  .qr {
    width: calc(44 * var(--u));
    height: calc(44 * var(--u));
  }
  .keep {
    font-size: calc(3 * var(--u));
    text-align: center;
  }
  .keep b {
    display: block;
    font-size: calc(3.6 * var(--u));
    color: var(--red);
  }
  @media (orientation: landscape) {
    .slip {
      padding: calc(1.2 * var(--u)) calc(4 * var(--u));
      grid-template-columns: auto auto;
      justify-content: center;
      column-gap: calc(8 * var(--u));
      gap: calc(1 * var(--u)) calc(8 * var(--u));
    }
    .slip > * {
      grid-column: 1;
    }
    .slip > .scan {
      grid-column: 2;
      grid-row: 1 / span 6;
      align-self: center;
      max-width: calc(42 * var(--u));
    }
    .number {
      font-size: calc(21 * var(--u));
    }
    .qr {
      width: calc(40 * var(--u));
      height: calc(40 * var(--u));
    }
  }
  @media print {
    :host {
      display: block;
      width: 72mm;
      color: #000000;
      background: #ffffff;
    }
    .foot,
    .keep {
      display: none;
    }
    .slip {
      display: block;
      padding: 0;
      border: 0;
      box-shadow: none;
      font-size: 11pt;
    }
    .office,
    .taken {
      display: block;
      font-size: 11pt;
    }
    .lead,
    .service,
    .scan,
    dt,
    dd,
    .note {
      font-size: 12pt;
      color: #000000;
      background: none;
    }
    .number,
    .number.long {
      font-size: 48pt;
      color: #000000;
    }
    .qr {
      width: 34mm;
      height: 34mm;
    }
  }
`;
