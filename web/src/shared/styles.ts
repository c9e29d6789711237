/** Styles that every element shares: box sizes, buttons, headings that only readers of screens hear. */

import { css } from 'lit';

export const shared = css`
  :host {
    display: block;
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    margin: 0;
    cursor: pointer;
    touch-action: manipulation;
  }
  button[disabled] {
    cursor: default;
  }
  a {
    color: inherit;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 3px solid transparent;
    box-shadow: var(--focus);
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-height: 48px;
    padding: 0.5em 1.25em;
    border-radius: var(--radius-small);
    border: 2px solid var(--line-strong);
    background: var(--card);
    font-weight: 700;
    text-align: center;
    text-decoration: none;
  }
  .button.primary {
    background: var(--red);
    border-color: var(--red);
    color: var(--on-red);
  }
  .button[disabled] {
    background: #ece6db;
    border-color: #d8cfc0;
    color: #6b615a;
  }
  .number {
    font-weight: 700;
    font-variant-numeric: tabular-nums lining-nums;
    letter-spacing: 0.02em;
    white-space: nowrap;
  }
  .heard-only {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.001ms !important;
      animation-iteration-count: 1 !important;
      transition: none !important;
    }
  }
`;
