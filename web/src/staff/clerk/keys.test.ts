import { describe, expect, it } from 'vitest';

import { meaningOf, signOf } from './keys';

const key = (name: string, code: string, more: Partial<KeyboardEvent> = {}) =>
  ({ key: name, code, repeat: false, ctrlKey: false, altKey: false, metaKey: false, ...more });

describe('keys', () => {
  it('mean the same on the keypad with NumLock on and off', () => {
    expect(meaningOf(key('0', 'Numpad0'))).toBe('recall');
    expect(meaningOf(key('Insert', 'Numpad0'))).toBe('recall');
    expect(meaningOf(key('0', 'Digit0'))).toBe('recall');
  });

  it('trigger the large button by Enter and plus, everywhere', () => {
    for (const [name, code] of [['Enter', 'Enter'], ['Enter', 'NumpadEnter'], ['+', 'NumpadAdd']] as const) {
      expect(meaningOf(key(name, code))).toBe('next');
    }
  });

  it('mean nothing when held down or combined', () => {
    expect(meaningOf(key('Enter', 'Enter', { repeat: true }))).toBeNull();
    expect(meaningOf(key('0', 'Digit0', { ctrlKey: true }))).toBeNull();
    expect(meaningOf(key('x', 'KeyX'))).toBeNull();
  });

  it('stand on the buttons', () => {
    expect(signOf('recall')).toBe('0');
    expect(signOf('absent')).toBe('−');
    expect(signOf('open')).toBe('');
  });
});
