import { describe, expect, it } from 'vitest';

import en from '../lang/en.json';
import vi from '../lang/vi.json';
import { inLang, nearestLang, problemWords, say } from './words';

const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1] ?? '').sort();

describe('the dictionaries', () => {
  it('have the same keys in the same order', () => {
    expect(Object.keys(en)).toEqual(Object.keys(vi));
  });
  it('have the same holes and no empty text', () => {
    for (const [key, text] of Object.entries(vi)) {
      const other = en[key as keyof typeof en];
      expect(text, key).not.toBe('');
      expect(other, key).not.toBe('');
      expect(holes(other), key).toEqual(holes(text));
    }
  });
  it('are written in composed letters, as fonts and searches expect', () => {
    for (const text of Object.values(vi)) expect(text.normalize('NFC')).toBe(text);
  });
});

describe('words', () => {
  it('fills the holes and leaves unknown ones', () => {
    expect(say('vi', 'counter', { n: 3 })).toBe('Quầy số 3');
    expect(say('en', 'counter', { m: 3 })).toBe('Counter {n}');
  });
  it('speaks of unknown problems too', () => {
    expect(problemWords('en', 'numbers-used-up')).toBe(en['problem.numbers-used-up']);
    expect(problemWords('en', 'constructor')).toBe(en['problem.unknown']);
  });
  it('finds the nearest language', () => {
    expect(nearestLang('en-GB')).toBe('en');
    expect(nearestLang('fr')).toBe('vi');
    expect(nearestLang(null)).toBe('vi');
  });
  it('falls back in names of the office', () => {
    expect(inLang({ vi: 'Chứng thực', en: 'Certification' }, 'en')).toBe('Certification');
    expect(inLang({ vi: 'Chứng thực' }, 'en')).toBe('Chứng thực');
    expect(inLang({ fr: 'Légalisation' }, 'en')).toBe('Légalisation');
    expect(inLang({}, 'en')).toBe('');
  });
});
