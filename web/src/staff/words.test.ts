import { describe, expect, it } from 'vitest';

import en from '../lang/staff.en.json';
import vi from '../lang/staff.vi.json';
import { OfflineError, ProblemError } from '../shared/api';
import { LANGS, say } from '../shared/words';
import { actWords, staffSay, troubleWords } from './words';

const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1] ?? '').sort();

describe('the staff dictionaries', () => {
  it('have the same keys in the same order', () => {
    expect(Object.keys(en)).toEqual(Object.keys(vi));
  });
  it('have the same holes, no empty text, and composed letters', () => {
    for (const [key, text] of Object.entries(vi)) {
      const other = en[key as keyof typeof en];
      expect(text, key).not.toBe('');
      expect(other, key).not.toBe('');
      expect(holes(other), key).toEqual(holes(text));
      expect(text.normalize('NFC'), key).toBe(text);
    }
  });
});

describe('the names of the pages', () => {
  it.each(['kiosk', 'lobby', 'clerk', 'reception', 'dashboard', 'admin'] as const)('%s is one on every page', (page) => {
    for (const lang of LANGS) expect(staffSay(lang, `staff.${page}`)).toBe(say(lang, `home.${page}`));
  });
});

describe('trouble', () => {
  const problem = (code: string, detail: string): ProblemError =>
    new ProblemError({ type: `urn:queue:problem:${code}`, title: code, status: 422, code, detail });

  it('says where a layout is wrong', () => {
    expect(troubleWords('en', problem('bad-layout', 'services[8].prefix: write A to Z'))).toContain('services[8].prefix');
  });
  it('falls back to the words that citizens read', () => {
    expect(troubleWords('vi', problem('counter-taken', 'counter 1 is taken'))).toContain('người khác');
  });
  it('speaks of a server that is away', () => {
    expect(troubleWords('vi', new OfflineError('refused'))).toContain('máy chủ');
  });
});

describe('acts of the audit log', () => {
  it('have words, or stand as they are', () => {
    expect(actWords('vi', 'ticket_called')).toBe('Gọi số');
    expect(actWords('vi', 'something_else')).toBe('something_else');
  });
});
