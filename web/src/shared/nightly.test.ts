import { describe, expect, it } from 'vitest';

import { hourIn, reloadDue } from './nightly';

const HOUR = 3_600_000;
const NIGHT = Date.parse('2026-11-23T03:20:00+07:00');

describe('the nightly reload', () => {
  it('comes at three in the office\'s night', () => {
    expect(hourIn(NIGHT, 'Asia/Ho_Chi_Minh')).toBe(3);
    expect(hourIn(NIGHT, 'UTC')).toBe(20);
    expect(reloadDue(NIGHT, 3, NIGHT - 20 * HOUR, NIGHT - 5 * HOUR)).toBe(true);
  });
  it('does not come by day, twice a night, or while somebody is there', () => {
    expect(reloadDue(NIGHT, 10, NIGHT - 20 * HOUR, NIGHT - 5 * HOUR)).toBe(false);
    expect(reloadDue(NIGHT, 3, NIGHT - HOUR, NIGHT - HOUR)).toBe(false);
    expect(reloadDue(NIGHT, 3, NIGHT - 20 * HOUR, NIGHT - 60_000)).toBe(false);
  });
});
