/** The ticket on a phone: a paper with a notch, red all over when it is called. */

import { css } from 'lit';

export const stateStyles = css`
  article {
    border-radius: 22px;
    background: var(--card);
    box-shadow: var(--shadow);
    text-align: center;
    overflow: hidden;
  }
  .head {
    position: relative;
    padding: 20px 20px 18px;
    border-top: 6px solid var(--gold);
    border-bottom: 2px dashed var(--line);
  }
  .head::before,
  .head::after {
    content: '';
    position: absolute;
    bottom: -11px;
    width: 20px;
    height: 20px;
    border-radius: 50%;
    background: var(--paper);
  }
  .head::before {
    left: -10px;
  }
  .head::after {
    right: -10px;
  }
  .label,
  .issued {
    color: var(--ink-soft);
    font-size: 0.95rem;
  }
  .number {
    color: var(--red);
    font-size: 5.6rem;
    line-height: 1.05;
    letter-spacing: 0;
  }
  .number.long {
    font-size: 3.4rem;
  }
  .service {
    font-weight: 700;
    font-size: 1.15rem;
  }
  .told {
    padding: 20px;
  }
  .told p {
    margin-top: 6px;
  }
  .lead {
    font-size: 1.1rem;
    color: var(--ink-soft);
  }
  .lead.next {
    color: var(--red);
    font-size: 1.6rem;
    font-weight: 700;
  }
  .ahead {
    font-size: 3.6rem;
    font-weight: 700;
    line-height: 1.1;
    margin: 0 !important;
  }
  .wait {
    margin-top: 12px !important;
    color: var(--ink-soft);
  }
  .wait b {
    color: var(--ink);
  }
  .wait b {
    display: block;
    font-size: 1.35rem;
    line-height: 1.25;
  }
  .wait span {
    display: block;
    font-size: 0.95rem;
    color: var(--ink-soft);
  }
  .heading {
    font-size: 1.45rem;
    font-weight: 700;
    line-height: 1.25;
  }
  .counter {
    color: var(--red);
    font-size: 2.6rem;
    line-height: 1.2;
    font-weight: 700;
  }
  ul {
    padding: 0 16px 16px;
  }
  li {
    margin-top: 8px;
    padding: 10px 14px;
    border-radius: 10px;
    background: var(--gold-tint);
    color: var(--gold-ink);
    font-size: 0.95rem;
    text-align: left;
  }
  .called {
    background: var(--red);
    color: var(--on-red);
  }
  .called .told {
    animation: glow 1.4s ease-in-out infinite;
  }
  .called .lead,
  .called .label,
  .called .issued,
  .called .number,
  .called .counter {
    color: var(--on-red);
  }
  .called .counter {
    display: inline-block;
    margin: 8px 0;
    padding: 6px 22px;
    border-radius: 14px;
    background: #ffffff;
    color: var(--red);
    font-size: 3rem;
  }
  .called .head {
    border-bottom-color: rgba(255, 255, 255, 0.4);
  }
  @keyframes glow {
    50% {
      background: #b3282b;
    }
  }
  .serving .counter,
  .ready .heading,
  .finished .heading {
    color: var(--green);
  }
  .absent .told {
    background: var(--gold-tint);
  }
  .absent .heading {
    color: var(--gold-ink);
  }
  .cancelled .number,
  .expired .number,
  .finished .number {
    color: var(--ink-soft);
  }
  .cancelled .number {
    text-decoration: line-through;
  }
`;
