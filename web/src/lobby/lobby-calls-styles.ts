/** Sizes of the calls, in the unit of `lobby-page-styles.ts`. Only styles that Chrome 56 knows. */

import { css } from 'lit';

export const callStyles = css`
  :host {
    height: 100%;
  }
  ol {
    height: 100%;
    display: grid;
    grid-template-rows: calc(26 * var(--u)) repeat(4, minmax(0, 1fr));
    grid-row-gap: calc(1 * var(--u));
  }
  li {
    display: grid;
    grid-template-columns: auto 1fr auto auto;
    align-items: center;
    padding: 0 calc(2 * var(--u)) 0 calc(2.4 * var(--u));
    border-radius: calc(1.6 * var(--u));
    background: var(--card);
    border: calc(0.2 * var(--u)) solid var(--line);
    overflow: hidden;
  }
  .who,
  .where {
    line-height: 1;
  }
  .who .number,
  .where .number {
    font-size: calc(12.2 * var(--u));
    line-height: 0.95;
    letter-spacing: 0;
  }
  .who .number {
    color: var(--red);
  }
  .where {
    text-align: center;
    min-width: calc(20 * var(--u));
    display: grid;
    grid-template-columns: auto auto;
    align-items: center;
    justify-content: end;
  }
  .where .label {
    margin-right: calc(1.6 * var(--u));
    text-align: right;
  }
  .where .number {
    min-width: 1.25em;
    text-align: center;
  }
  .label .first {
    display: block;
    font-size: calc(2.6 * var(--u));
    font-weight: 700;
    line-height: 1.25;
  }
  .label .second {
    display: block;
    font-size: calc(2 * var(--u));
    line-height: 1.25;
    opacity: 0.9;
  }
  .arrow {
    width: calc(6 * var(--u));
    height: calc(6 * var(--u));
    margin: 0 calc(1.6 * var(--u));
    fill: none;
    stroke: var(--gold);
    stroke-width: 2.4;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .marks {
    padding: 0 calc(1 * var(--u)) 0 calc(2.4 * var(--u));
    min-width: 0;
  }
  .mark {
    display: table;
    margin: calc(0.4 * var(--u)) 0;
    padding: calc(0.45 * var(--u)) calc(1.2 * var(--u));
    border-radius: calc(1 * var(--u));
    font-size: calc(2.1 * var(--u));
    line-height: 1.25;
    background: var(--paper);
    color: var(--ink-soft);
  }
  .mark .first {
    display: block;
    font-weight: 700;
  }
  .mark .second {
    display: block;
    font-size: calc(1.7 * var(--u));
  }
  .mark.priority {
    background: var(--gold-tint);
    color: var(--gold-ink);
  }
  .mark.recall {
    background: var(--gold);
    color: #2a1d00;
  }
  .mark.result {
    background: var(--green-tint);
    color: var(--green);
  }
  .mark.order {
    background: var(--blue-tint);
    color: var(--blue);
  }
  .serving .who .number,
  .serving .where .number {
    color: var(--ink);
  }
  .finished .number,
  .absent .number {
    color: var(--ink-soft) !important;
  }
  .large {
    grid-template-columns: minmax(0, 1fr) 0 auto auto;
    padding: 0 calc(2.6 * var(--u)) 0 calc(3.4 * var(--u));
  }
  .large .who .number,
  .large .where .number {
    font-size: calc(19.5 * var(--u));
    line-height: 0.96;
  }
  /* Room for the marks under the number; still a seventh of the screen's height. */
  .large.marked .who .number,
  .large.marked .where .number {
    font-size: calc(15 * var(--u));
  }
  .below {
    white-space: nowrap;
    padding-top: calc(0.6 * var(--u));
  }
  .large.long .who .number {
    font-size: calc(14.5 * var(--u));
  }
  .large .where {
    display: block;
    min-width: calc(35 * var(--u));
  }
  .large .label {
    white-space: nowrap;
  }
  .large .where .label {
    margin: 0;
    text-align: center;
  }
  .large .label .first {
    font-size: calc(3 * var(--u));
  }
  .large .label .second {
    font-size: calc(2.2 * var(--u));
  }
  .large .label .second {
    display: inline;
  }
  .large .label .first {
    display: inline;
    margin-right: calc(1 * var(--u));
  }
  .large .arrow {
    width: calc(6.5 * var(--u));
    height: calc(6.5 * var(--u));
    margin: calc(4 * var(--u)) 0 0;
  }
  .large .mark {
    display: inline-block;
    margin: 0 calc(0.8 * var(--u)) 0 0;
    padding: calc(0.3 * var(--u)) calc(1.2 * var(--u));
    vertical-align: top;
  }
  .large .mark .first,
  .large .mark .second {
    font-size: calc(2 * var(--u));
    margin-right: calc(0.7 * var(--u));
  }
  .large .mark .second:last-child {
    margin: 0;
    opacity: 1;
  }
  .large.called {
    background: var(--red);
    border-color: var(--red);
    border-bottom: calc(0.9 * var(--u)) solid var(--gold);
    color: var(--on-red);
  }
  .large.called .number {
    color: #ffffff;
  }
  /* One flash in 1.2 s: well below the three a second that can harm. */
  .flash {
    animation: flash 1.2s ease-in-out infinite;
  }
  .large.flash {
    animation-name: flash-large;
  }
  @keyframes flash {
    50% {
      background: var(--gold);
    }
  }
  @keyframes flash-large {
    50% {
      background: #b02326;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .flash {
      animation: none;
      border-color: var(--gold);
      border-width: calc(0.9 * var(--u));
    }
  }
  .empty {
    height: 100%;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    border-radius: calc(1.6 * var(--u));
    background: var(--card);
    border: calc(0.2 * var(--u)) solid var(--line);
    text-align: center;
  }
  .empty span {
    display: block;
  }
  .empty .what {
    font-size: calc(5 * var(--u));
    font-weight: 700;
    color: var(--red);
  }
  .empty .more {
    margin-top: calc(3 * var(--u));
    font-size: calc(3.2 * var(--u));
  }
  .empty .second {
    font-size: 0.7em;
    font-weight: 400;
    color: var(--ink-soft);
  }
`;
