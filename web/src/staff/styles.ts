/** The look that all staff pages share: panels, tables, fields, chips. Denser than the citizens' pages. */

import { css } from 'lit';

export const staffStyles = css`
  .panel {
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
    padding: 16px 20px;
  }
  h2 {
    font-size: 17px;
    line-height: 1.3;
  }
  h3 {
    font-size: 15px;
  }
  .soft {
    color: var(--ink-soft);
  }
  .row {
    display: flex;
    align-items: center;
    gap: 12px;
  }
  .between {
    justify-content: space-between;
  }
  .wrap {
    flex-wrap: wrap;
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .button {
    min-height: 44px;
    border-width: 1px;
    padding: 0.4em 1em;
    font-size: 15px;
  }
  .button:hover:not([disabled], [aria-disabled='true']) {
    border-color: var(--ink);
    background: #fffdf9;
  }
  .button.primary:hover:not([disabled], [aria-disabled='true']) {
    background: var(--red-deep);
    border-color: var(--red-deep);
  }
  .button.small {
    min-height: 36px;
    font-size: 14px;
    padding: 0.25em 0.8em;
  }
  .button.quiet {
    border-color: var(--line);
  }
  .button.danger {
    color: var(--red);
    border-color: var(--red);
  }
  .button[aria-disabled='true'] {
    background: #ece6db;
    border-color: #d8cfc0;
    color: #6b615a;
    cursor: default;
  }
  kbd {
    display: inline-block;
    min-width: 24px;
    padding: 0 6px;
    border: 1px solid currentColor;
    border-radius: 6px;
    font: inherit;
    font-size: 13px;
    font-weight: 700;
    line-height: 20px;
    text-align: center;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    padding: 2px 10px;
    border-radius: 999px;
    background: #f1ebe0;
    color: var(--ink);
    font-size: 14px;
    font-weight: 700;
    white-space: nowrap;
  }
  .chip.gold {
    background: var(--gold-tint);
    color: var(--gold-ink);
  }
  .chip.green {
    background: var(--green-tint);
    color: var(--green);
  }
  .chip.blue {
    background: var(--blue-tint);
    color: var(--blue);
  }
  .chip.red {
    background: var(--red-tint);
    color: var(--red);
  }
  label {
    display: block;
    font-size: 14px;
    font-weight: 700;
  }
  .check {
    display: flex;
    align-items: center;
    gap: 10px;
    min-height: 36px;
    font-weight: 400;
    font-size: 15px;
    cursor: pointer;
  }
  .check input {
    width: 20px;
    height: 20px;
    margin: 0;
    accent-color: var(--red);
    flex: none;
  }
  .field {
    display: block;
    width: 100%;
    min-height: 44px;
    margin-top: 4px;
    padding: 8px 12px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: #fff;
    color: var(--ink);
    font: inherit;
    font-weight: 400;
    font-size: 16px;
  }
  .field[aria-invalid='true'] {
    border-color: var(--red);
    background: var(--red-tint);
  }
  .hint {
    color: var(--ink-soft);
    font-size: 13px;
    font-weight: 400;
  }
  .wrong {
    color: var(--red);
    font-size: 14px;
    font-weight: 700;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 15px;
    font-variant-numeric: tabular-nums lining-nums;
  }
  th {
    color: var(--ink-soft);
    font-size: 13px;
    font-weight: 700;
    text-align: left;
    vertical-align: bottom;
  }
  th,
  td {
    padding: 8px 8px;
    border-bottom: 1px solid var(--line);
  }
  tbody th {
    color: var(--ink);
    font-size: 15px;
    vertical-align: middle;
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  .right {
    text-align: right;
  }
  .scroll {
    overflow-x: auto;
  }
  .heads {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    min-height: 36px;
  }
  .segments {
    display: inline-flex;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--card);
    overflow: hidden;
  }
  .segments button {
    min-height: 44px;
    padding: 4px 16px;
    font-weight: 700;
    font-size: 15px;
  }
  .segments button + button {
    border-left: 1px solid var(--line);
  }
  .segments button[aria-pressed='true'] {
    background: var(--red);
    color: var(--on-red);
  }
  .segments button:focus-visible {
    box-shadow: inset 0 0 0 3px #1d4f91;
  }
`;
