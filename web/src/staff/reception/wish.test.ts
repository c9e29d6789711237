import { describe, expect, it } from 'vitest';

import { dossiersOf, FRESH, pressService, requestOf, type Wish } from './wish';

describe('a number at reception', () => {
  it('takes one press without options', () => {
    expect(pressService(FRESH, 'chung-thuc').request).toEqual({ service: 'chung-thuc', channel: 'reception' });
  });

  it('carries the options', () => {
    const wish: Wish = { class: 'priority', dossiers: 3, assist: true, lang: 'en', chain: null };
    expect(pressService(wish, 'ho-tich').request).toEqual({
      service: 'ho-tich', channel: 'reception', class: 'priority', lang: 'en', dossiers: 3, assist: true,
    });
  });

  it('gathers several services in the order of the presses, a second press takes one out', () => {
    let wish: Wish = { ...FRESH, chain: [] };
    for (const service of ['ho-tich', 'chung-thuc', 'tra-ket-qua', 'chung-thuc']) {
      const pressed = pressService(wish, service);
      expect(pressed.request).toBeNull();
      wish = pressed.wish;
    }
    expect(wish.chain).toEqual(['ho-tich', 'tra-ket-qua']);
    expect(requestOf(wish, wish.chain ?? [])).toEqual({
      service: 'ho-tich', channel: 'reception', then: ['tra-ket-qua'],
    });
  });

  it('holds at most nine services', () => {
    const chain = Array.from({ length: 9 }, (_, i) => `s${i}`);
    expect(pressService({ ...FRESH, chain }, 's9').wish.chain).toEqual(chain);
    expect(requestOf(FRESH, [])).toBeNull();
  });

  it.each([['3', 3], ['0', 1], ['-2', 1], ['1e9', 999], ['abc', 1], ['2.9', 2]])('reads %s dossiers as %d', (text, n) => {
    expect(dossiersOf(text)).toBe(n);
  });
});
