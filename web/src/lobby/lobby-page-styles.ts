/** The frame of the hall's screen. Every size of the lobby is a multiple of `--u`, a hundredth of the height of a
 *  wide screen. Only styles that Chrome 56 knows. */

import { css } from 'lit';

export const lobbyStyles = css`
  :host {
    --u: 1vh;
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    height: 100vh;
    overflow: hidden;
    background: var(--paper);
    cursor: default;
  }
  header {
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: center;
    padding: calc(0.6 * var(--u)) calc(2.4 * var(--u));
    background: var(--red);
    border-bottom: calc(0.5 * var(--u)) solid var(--gold);
    color: var(--on-red);
    line-height: 1.2;
  }
  h1 .first {
    display: block;
    font-size: calc(3.7 * var(--u));
  }
  h1 .second {
    display: block;
    font-size: calc(2.1 * var(--u));
    font-weight: 400;
  }
  .clock {
    text-align: right;
  }
  .clock time {
    display: block;
    font-size: calc(5 * var(--u));
    font-weight: 700;
    font-variant-numeric: tabular-nums;
    line-height: 1.05;
  }
  .clock span {
    font-size: calc(2 * var(--u));
  }
  main {
    display: grid;
    grid-template-columns: calc(102 * var(--u)) minmax(0, 1fr);
    grid-template-rows: minmax(0, 1fr);
    grid-gap: calc(1.6 * var(--u));
    padding: calc(1.2 * var(--u)) calc(1.6 * var(--u));
    min-height: 0;
  }
  .side {
    display: grid;
    grid-template-rows: auto auto;
    align-content: space-between;
    grid-row-gap: calc(1.3 * var(--u));
    min-width: 0;
  }
  .first-time {
    display: flex;
    grid-row: 1 / -1;
    align-items: center;
    justify-content: center;
    font-size: calc(4 * var(--u));
    color: var(--red);
  }
  @media (max-aspect-ratio: 177/100) {
    :host {
      --u: 0.56vw;
    }
  }
  @media (orientation: portrait) {
    :host {
      --u: 0.93vw;
    }
    main {
      grid-template-columns: 1fr;
      grid-template-rows: minmax(0, 1fr) auto;
    }
  }
`;
