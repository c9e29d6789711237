import { describe, expect, it } from 'vitest';

import type { Board, BoardCall, Call } from '../wire';
import { flashes, outgrown, part, Recalls, rows } from './screen';

const call = (number: string, state = 'called', called_at = '1970-01-01T00:00:00.000Z'): BoardCall => ({
  number, counter: 1, state, called_at, priority: false, out_of_order: false, for_result: false,
});
const numbers = (calls: BoardCall[]): string[] => calls.map((shown) => shown.number);

describe('the rows of the screen', () => {
  it('are the newest five', () => {
    expect(numbers(rows(['A6', 'A5', 'A4', 'A3', 'A2', 'A1'].map((number) => call(number))))).toEqual([
      'A6', 'A5', 'A4', 'A3', 'A2',
    ]);
  });
  it('keep in sight whoever has not come yet', () => {
    const calls = [call('A6', 'serving'), call('A5', 'finished'), call('A4', 'serving'), call('A3', 'serving'),
      call('A2', 'serving'), call('A1', 'called')];
    expect(numbers(rows(calls))).toEqual(['A1', 'A6', 'A5', 'A4', 'A3']);
  });
  it('leave out who was sent on, parked or gave the number back', () => {
    expect(rows([call('A1', 'waiting'), call('A2', 'parked'), call('A3', 'cancelled'), call('A4', 'expired')])).toEqual([]);
  });
  it('keep those whose call has passed, so that they learn of it', () => {
    expect(numbers(rows([call('A1', 'absent')]))).toEqual(['A1']);
  });
});

describe('flashing', () => {
  it('lasts some seconds and only until the citizen comes', () => {
    expect(flashes(call('A1'), 1_000)).toBe(true);
    expect(flashes(call('A1'), 20_000)).toBe(false);
    expect(flashes(call('A1', 'serving'), 1_000)).toBe(false);
  });
});

describe('recalls', () => {
  const heard = (number: string, recall: number): Call => ({
    number, counter: 1, recall, called_at: '', expires_at: '', text: {}, clips: [],
  });
  it('are counted per number and forgotten with the next call', () => {
    const recalls = new Recalls();
    recalls.heard(heard('A1', 2));
    expect(recalls.of(call('A1'))).toBe(2);
    expect(recalls.of(call('A1', 'serving'))).toBe(0);
    recalls.heard(heard('A1', 0));
    expect(recalls.of(call('A1'))).toBe(0);
    expect(recalls.of(call('A2'))).toBe(0);
  });
  it('do not pile up', () => {
    const recalls = new Recalls();
    for (let n = 0; n < 1_000; n += 1) recalls.heard(heard(`A${n}`, 1));
    expect(recalls.of(call('A0'))).toBe(0);
    expect(recalls.of(call('A999'))).toBe(1);
  });
});

describe('long lists', () => {
  it('show their parts in turn', () => {
    const list = [1, 2, 3, 4, 5];
    expect([0, 10, 20, 30].map((now) => part(list, 2, now, 10))).toEqual([[1, 2], [3, 4], [5], [1, 2]]);
    expect(part([], 2, 5, 10)).toEqual([]);
  });
});

describe('an office read earlier', () => {
  it('is read again when the board knows more', () => {
    const board: Board = {
      calls: [], notices: [], alarm: false,
      services: [{ id: 'a', waiting: 0, wait: { likely_s: 0, high_s: 0 } }],
      counters: [{ id: 1, state: 'open', number: null }],
    };
    expect(outgrown(board, new Set(['a']), new Set([1]))).toBe(false);
    expect(outgrown(board, new Set(['b']), new Set([1]))).toBe(true);
    expect(outgrown(board, new Set(['a']), new Set([2]))).toBe(true);
  });
});
