import { describe, expect, it } from 'vitest';

import type { Call } from '../wire';
import { Playlist } from './playlist';

const call = (number: string, counter: number, recall = 0, expires_s = 60): Call => ({
  number,
  counter,
  recall,
  called_at: '1970-01-01T00:00:00.000Z',
  expires_at: new Date(expires_s * 1000).toISOString(),
  text: {},
  clips: [`${number}-${recall}`],
});
const drain = (list: Playlist, now_s = 0): string[] => {
  const said: string[] = [];
  for (let next = list.next(now_s * 1000); next !== null; next = list.next(now_s * 1000)) said.push(...next.call.clips);
  return said;
};

describe('the playlist', () => {
  it('keeps the journal order', () => {
    const list = new Playlist();
    list.add(1, call('A001', 1));
    list.add(2, call('B001', 2));
    list.add(3, call('A002', 3));
    expect(drain(list)).toEqual(['A001-0', 'B001-0', 'A002-0']);
  });
  it('says a call that was replayed only once', () => {
    const list = new Playlist();
    list.add(1, call('A001', 1));
    list.add(2, call('B001', 2));
    list.add(1, call('A001', 1));
    expect(drain(list)).toEqual(['A001-0', 'B001-0']);
    list.add(2, call('B001', 2));
    expect(drain(list)).toEqual([]);
  });
  it('drops what has expired', () => {
    const list = new Playlist();
    list.add(1, call('A001', 1, 0, 10));
    list.add(2, call('A002', 1, 0, 100));
    expect(drain(list, 50)).toEqual(['A002-0']);
  });
  it('merges a recall of what still waits, in its place and with its time', () => {
    const list = new Playlist();
    list.add(1, call('A001', 1, 0, 10));
    list.add(2, call('B001', 2));
    list.add(3, call('A001', 1, 1, 100));
    expect(drain(list, 5)).toEqual(['A001-0', 'B001-0']);
  });
  it('says a recall of what was said', () => {
    const list = new Playlist();
    list.add(1, call('A001', 1));
    expect(drain(list)).toEqual(['A001-0']);
    list.add(2, call('A001', 1, 1));
    expect(drain(list)).toEqual(['A001-1']);
  });
  it('sends nobody to the counter that gave the number away', () => {
    const list = new Playlist();
    list.add(1, call('A001', 1));
    list.add(2, call('A001', 4));
    expect(list.count).toBe(1);
    expect(list.next(0)?.call.counter).toBe(4);
  });
  it('is bounded', () => {
    const list = new Playlist();
    for (let seq = 0; seq < 500; seq += 1) list.add(seq, call(`A${seq}`, 1));
    expect(list.count).toBe(40);
  });
});
