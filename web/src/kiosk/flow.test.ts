import { describe, expect, it } from 'vitest';

import type { Office } from '../wire';
import { closesAt, countdown, request, shut, type Screen } from './flow';

const OFFICE: Office = {
  id: 'o', name: {}, languages: ['vi'], time_zone: 'UTC', date: '2026-11-23', open: true, alarm: false, day_closed: false,
  hours_today: null, classes: [], services: [], counters: [], notices: [], public_url: '', absent_after_s: 0,
};

describe('the kiosk', () => {
  it('goes back to the start by itself, but never while an answer is awaited', () => {
    const at = (screen: Screen): number => closesAt(screen, 1_000);
    expect(at({ name: 'services' })).toBe(31_000);
    expect(at({ name: 'failed', code: 'busy' })).toBe(16_000);
    expect(at({ name: 'start' })).toBe(Infinity);
    expect(at({ name: 'taking', request: { service: 'a' }, slow: false })).toBe(Infinity);
  });
  it('counts down aloud on the result, elsewhere only near the end', () => {
    const services: Screen = { name: 'services' };
    const failed: Screen = { name: 'failed', code: 'x' };
    expect(countdown(services, 30_000, 0)).toBe(null);
    expect(countdown(services, 30_000, 20_100)).toBe(10);
    expect(countdown(failed, 15_000, 14_999)).toBe(1);
    expect(countdown(failed, 15_000, 16_000)).toBe(0);
    expect(countdown({ name: 'start' }, Infinity, 0)).toBe(null);
  });
  it('is shut by the alarm before the hours', () => {
    expect(shut(OFFICE)).toBe(null);
    expect(shut({ ...OFFICE, open: false })).toBe('closed');
    expect(shut({ ...OFFICE, open: false, alarm: true })).toBe('alarm');
  });
  it('asks only for what was chosen', () => {
    expect(request('a', 'vi', null, false)).toEqual({ service: 'a', lang: 'vi', channel: 'kiosk' });
    expect(request('a', 'en', 'priority', true)).toEqual({
      service: 'a', lang: 'en', channel: 'kiosk', class: 'priority', assist: true,
    });
  });
});
