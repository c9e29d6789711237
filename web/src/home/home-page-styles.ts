/** The look of the first page. */

import { css } from 'lit';

export const homeStyles = css`
  :host {
    min-height: 100vh;
    background: var(--paper);
  }
  header {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 16px;
    align-items: center;
    padding: 22px max(20px, calc(50vw - 540px));
    background: var(--red);
    border-bottom: 4px solid var(--gold);
    color: var(--on-red);
  }
  h1 {
    font-size: 1.7rem;
    line-height: 1.2;
  }
  .langs {
    display: flex;
    border: 1px solid rgba(255, 250, 240, 0.7);
    border-radius: 10px;
    overflow: hidden;
  }
  .langs button {
    min-width: 48px;
    min-height: 44px;
    font-weight: 700;
  }
  .langs [aria-pressed='true'] {
    background: var(--on-red);
    color: var(--red);
  }
  main {
    max-width: 1120px;
    margin: 0 auto;
    padding: 28px 20px 48px;
  }
  section + section {
    margin-top: 44px;
  }
  h2 {
    font-size: 1.45rem;
    line-height: 1.3;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 18px;
    align-items: center;
    margin: 8px 0 18px;
    color: var(--ink-soft);
  }
  .state {
    padding: 3px 12px;
    border-radius: 999px;
    font-weight: 700;
  }
  .state.open {
    background: var(--green-tint);
    color: var(--green);
  }
  .state.shut {
    background: var(--gold-tint);
    color: var(--gold-ink);
  }
  .state.alarm {
    background: #a30d12;
    color: #ffffff;
  }
  ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(290px, 1fr));
    gap: 16px;
  }
  a {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 18px;
    align-items: center;
    height: 100%;
    min-height: 112px;
    padding: 18px 20px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card);
    box-shadow: var(--shadow);
    text-decoration: none;
    transition: border-color 0.15s;
  }
  a:hover {
    border-color: var(--red);
  }
  a:focus-visible {
    box-shadow: var(--focus);
  }
  svg {
    width: 56px;
    height: 56px;
    padding: 12px;
    border-radius: 14px;
    background: var(--red-tint);
    fill: none;
    stroke: var(--red);
    stroke-width: 1.7;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  b {
    display: block;
    font-size: 1.2rem;
  }
  small {
    display: block;
    color: var(--ink-soft);
    font-size: 0.98rem;
    line-height: 1.4;
  }
  .strip {
    margin-bottom: 20px;
    padding: 10px 14px;
    border-radius: 12px;
    background: var(--gold-tint);
    color: var(--gold-ink);
  }
  .strip.phones {
    margin-top: 28px;
  }
  .before {
    padding: 60px 0;
    text-align: center;
    color: var(--ink-soft);
  }
`;
