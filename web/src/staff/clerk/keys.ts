/**
 * Keys of the console: one key for each act, on the main block and on a USB numeric keypad alike.
 * Keypad keys are told by their position (`code`), so that NumLock does not matter.
 */

import type { Act } from './next-act';

/** What a key means: the large button, or an act of its own. */
export type KeyMeaning = Act | 'next';

const BY_SIGN: Record<string, KeyMeaning> = {
  '+': 'next',
  '0': 'recall',
  '-': 'absent',
  '1': 'finish',
  '2': 'park',
  '3': 'return',
  '4': 'transfer',
  '5': 'choose',
  '6': 'take_up',
  '9': 'pause',
  '/': 'close',
};

const BY_CODE: Record<string, KeyMeaning> = {
  NumpadAdd: 'next',
  NumpadEnter: 'next',
  Numpad0: 'recall',
  NumpadSubtract: 'absent',
  Numpad1: 'finish',
  Numpad2: 'park',
  Numpad3: 'return',
  Numpad4: 'transfer',
  Numpad5: 'choose',
  Numpad6: 'take_up',
  Numpad9: 'pause',
  NumpadDivide: 'close',
};

/** The sign shown on the button of an act. */
export function signOf(act: Act): string {
  const sign = Object.entries(BY_SIGN).find(([, meaning]) => meaning === act)?.[0];
  return sign === '-' ? '−' : (sign ?? '');
}

/** What a pressed key asks for; null for keys that mean nothing here. Held keys and combinations mean nothing. */
export function meaningOf(
  key: Pick<KeyboardEvent, 'key' | 'code' | 'repeat' | 'ctrlKey' | 'altKey' | 'metaKey'>,
): KeyMeaning | null {
  if (key.repeat || key.ctrlKey || key.altKey || key.metaKey) return null;
  if (key.key === 'Enter') return 'next';
  return BY_CODE[key.code] ?? BY_SIGN[key.key] ?? null;
}
