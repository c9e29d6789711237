/** The frame of the phone's page. */

import { css } from 'lit';

export const pageStyles = css`
  :host {
    min-height: 100vh;
    background: var(--paper);
    font-size: 1rem;
  }
  header {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 12px;
    align-items: center;
    padding: 12px 16px;
    background: var(--red);
    border-bottom: 3px solid var(--gold);
    color: var(--on-red);
  }
  h1 {
    font-size: 1rem;
    line-height: 1.3;
  }
  .langs {
    display: flex;
    border: 1px solid rgba(255, 250, 240, 0.7);
    border-radius: 10px;
    overflow: hidden;
  }
  .langs button {
    min-width: 44px;
    min-height: 44px;
    font-weight: 700;
  }
  .langs [aria-pressed='true'] {
    background: var(--on-red);
    color: var(--red);
  }
  main {
    display: grid;
    gap: 14px;
    max-width: 460px;
    margin: 0 auto;
    padding: 16px;
  }
  .plain {
    padding: 40px 20px;
    text-align: center;
  }
  .plain h2 {
    color: var(--red);
    font-size: 1.3rem;
  }
  .plain p {
    margin-top: 10px;
  }
  .strip {
    padding: 10px 14px;
    border-radius: 12px;
    background: var(--gold-tint);
    color: var(--gold-ink);
    text-align: center;
  }
  .strip.alarm {
    background: #a30d12;
    color: #ffffff;
    font-weight: 700;
  }
  .thanks {
    padding: 18px;
    border-radius: 16px;
    background: var(--green-tint);
    color: var(--green);
    font-weight: 700;
    text-align: center;
  }
  .bell {
    text-align: center;
  }
  .bell .button {
    width: 100%;
    min-height: 56px;
    font-size: 1.05rem;
  }
  .bell [aria-pressed='true'] {
    border-color: var(--green);
    background: var(--green-tint);
    color: var(--green);
  }
  .bell svg {
    width: 24px;
    height: 24px;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linejoin: round;
  }
  small {
    display: block;
    margin-top: 6px;
    color: var(--ink-soft);
    font-size: 0.9rem;
  }
`;
