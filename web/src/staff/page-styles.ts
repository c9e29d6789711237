/** The frame of every staff page: header, work, alarm, messages. */

import { css } from 'lit';

export const pageStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 100dvh;
  }
  main {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-height: 0;
    padding: 16px 20px;
  }
  .middle {
    width: min(560px, 100%);
    margin: 8vh auto 0;
    display: grid;
    gap: 16px;
  }
  .alarm {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 8px 24px;
    padding: 14px 20px;
    background: #b00020;
    color: #fff;
    font-size: 18px;
    font-weight: 700;
  }
  .alarm .button {
    color: var(--ink);
  }
  /* At the bottom, where it covers neither the alarm nor what has just been made. */
  .message {
    position: fixed;
    left: 50%;
    bottom: 20px;
    z-index: 20;
    display: flex;
    align-items: center;
    gap: 16px;
    max-width: min(640px, calc(100vw - 32px));
    padding: 14px 20px;
    border-radius: var(--radius-small);
    background: var(--ink);
    color: #fff;
    box-shadow: 0 12px 40px rgba(40, 20, 10, 0.35);
    transform: translateX(-50%);
  }
  .message.bad {
    background: var(--red);
  }
  .message button {
    font-size: 20px;
    line-height: 1;
    padding: 6px;
  }
`;
