import { describe, expect, it } from 'vitest';

import { minutes, since, span, timer } from './time';

describe('durations', () => {
  it.each([[0, '0:00'], [7.9, '0:07'], [187, '3:07'], [3729, '1:02:09'], [-3, '0:00']])('run: %d s is %s', (s, text) => {
    expect(timer(s)).toBe(text);
  });
  it('are said in seconds, minutes or hours', () => {
    expect(span(45, 'vi')).toBe('45 giây');
    expect(span(720, 'en')).toBe('12 min');
    expect(span(3900, 'vi')).toBe('1 giờ 5 phút');
    expect(span(null, 'vi')).toBe('–');
    expect(minutes(840)).toBe('14');
    expect(minutes(null)).toBe('–');
  });
  it('never run backwards when clocks differ', () => {
    expect(since('2026-11-23T08:00:10.000+07:00', Date.parse('2026-11-23T08:00:00.000+07:00'))).toBe(0);
  });
});
