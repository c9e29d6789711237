import { describe, expect, it } from 'vitest';

import { clock, clockSeconds, kindWait, longDate, roundedMinutes, shortWait } from './format';

describe('a kind wait', () => {
  it.each([
    [0, 'dưới 5 phút', '< 5 min'],
    [179, 'dưới 5 phút', '< 5 min'],
    [180, 'khoảng 5 phút', 'about 5 min'],
    [600, 'khoảng 10 phút', 'about 10 min'],
    [760, 'khoảng 15 phút', 'about 15 min'],
    [2100, 'khoảng 40 phút', 'about 40 min'],
    [3600, 'khoảng 1 giờ', 'about 1 hour'],
    [5400, 'khoảng 1 giờ 30 phút', 'about 1 hour 30 min'],
    [7300, 'khoảng 2 giờ', 'about 2 hours'],
  ])('of %i s', (seconds, vi, en) => {
    expect(kindWait(seconds, 'vi')).toBe(vi);
    expect(kindWait(seconds, 'en')).toBe(en);
  });
  it('is short in a column', () => {
    expect(shortWait(60, 'vi')).toBe('< 5 phút');
    expect(shortWait(900, 'en')).toBe('15 min');
  });
  it('never shrinks while the wait grows', () => {
    let before = 0;
    for (let seconds = 0; seconds < 14_400; seconds += 10) {
      const minutes = roundedMinutes(seconds);
      expect(minutes).toBeGreaterThanOrEqual(before);
      before = minutes;
    }
  });
});

describe('the clock', () => {
  const at = '2026-11-23T08:05:09.123+07:00';
  it('is the office\'s, wherever the screen believes to be', () => {
    expect(clock(at, 'vi', 'Asia/Ho_Chi_Minh')).toBe('08:05');
    expect(clock(at, 'en', 'UTC')).toBe('01:05');
    expect(clockSeconds(at, 'vi', 'Asia/Ho_Chi_Minh')).toBe('08:05:09');
  });
  it('writes the day in words', () => {
    expect(longDate(at, 'vi', 'Asia/Ho_Chi_Minh')).toMatch(/^Thứ Hai.*23.*11.*2026$/);
    expect(longDate(at, 'en', 'Asia/Ho_Chi_Minh')).toMatch(/^Monday,? 23 November 2026$/);
  });
});
