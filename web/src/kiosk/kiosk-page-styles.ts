/** The frame of the kiosk, upright or lying. `--u` is 10 px on a screen of 1080 x 1920. */

import { css } from 'lit';

export const pageStyles = css`
  :host {
    --u: min(100vw / 108, 100vh / 192);
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    grid-template-columns: minmax(0, 1fr);
    height: 100vh;
    height: 100dvh;
    overflow: hidden;
    background: var(--paper);
    user-select: none;
    -webkit-user-select: none;
    touch-action: manipulation;
  }
  @media (orientation: landscape) {
    :host {
      --u: min(100vw / 192, 100vh / 108);
    }
  }
  header {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: calc(3 * var(--u));
    height: calc(12.5 * var(--u));
    padding: calc(1.6 * var(--u)) calc(4 * var(--u));
    background: var(--red);
    border-bottom: calc(0.6 * var(--u)) solid var(--gold);
    color: var(--on-red);
    line-height: 1.25;
  }
  h1 {
    font-size: calc(3.7 * var(--u));
  }
  header p {
    text-align: right;
  }
  time {
    display: block;
    font-size: calc(4.4 * var(--u));
    font-weight: 700;
    line-height: 1.05;
    font-variant-numeric: tabular-nums;
  }
  header span {
    font-size: calc(2.1 * var(--u));
  }
  main {
    padding: calc(4 * var(--u)) calc(4 * var(--u)) calc(2 * var(--u));
    min-height: 0;
  }
  main:focus-visible {
    box-shadow: none;
  }
  footer {
    display: grid;
    justify-items: center;
    align-content: center;
    gap: calc(0.6 * var(--u));
    height: calc(8 * var(--u));
    padding-bottom: calc(1 * var(--u));
    color: var(--ink-soft);
    font-size: calc(2.6 * var(--u));
  }
  progress {
    width: calc(60 * var(--u));
    height: calc(1 * var(--u));
    appearance: none;
    border: 0;
    border-radius: calc(0.5 * var(--u));
    overflow: hidden;
    background: var(--line);
  }
  progress::-webkit-progress-bar {
    background: var(--line);
  }
  progress::-webkit-progress-value {
    background: var(--red);
    transition: width 0.9s linear;
  }
  progress::-moz-progress-bar {
    background: var(--red);
  }
  .button {
    min-height: calc(12 * var(--u));
    min-width: calc(40 * var(--u));
    font-size: calc(3.6 * var(--u));
    border-radius: calc(1.8 * var(--u));
  }
  @media (orientation: landscape) {
    header {
      height: calc(9 * var(--u));
      padding: 0 calc(4 * var(--u));
    }
    main {
      padding: calc(2.4 * var(--u)) calc(4 * var(--u)) calc(1.2 * var(--u));
    }
    footer {
      height: calc(6 * var(--u));
    }
  }
  @media print {
    :host {
      display: block;
      height: auto;
      background: #ffffff;
    }
    header,
    footer {
      display: none;
    }
    main {
      padding: 0;
    }
  }
`;
