import { describe, expect, it } from 'vitest';

import { pauseMs } from './backoff';
import { officeOfPath, ticketOfPath } from './place';

describe('the pause before the next try', () => {
  const pauses = { first: 1_000, most: 10_000 };

  it('doubles up to the longest, with full jitter', () => {
    expect([0, 1, 2, 3, 4, 5, 1_000].map((attempt) => pauseMs(attempt, pauses, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000,
    ]);
    expect(pauseMs(3, pauses, 0)).toBe(0);
    expect(pauseMs(0, pauses, 0.5)).toBe(500);
  });
});

describe('the place of a page', () => {
  it('is in its path', () => {
    expect(officeOfPath('/kim-lien/kiosk')).toBe('kim-lien');
    expect(ticketOfPath('/t/01jabc')).toBe('01jabc');
    expect(officeOfPath('/')).toBe('');
  });
});
