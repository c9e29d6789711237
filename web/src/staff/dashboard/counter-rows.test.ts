import { describe, expect, it } from 'vitest';

import type { Board, Counter, Office } from '../../wire';
import { counterRows } from './counter-rows';

const words = { vi: 'x' };
const place = (id: number, services: string[], backup_services: string[] = []) =>
  ({ id, name: words, state: 'closed', services, backup_services });
const office: Office = {
  id: 'o', name: words, languages: ['vi'], time_zone: 'Asia/Ho_Chi_Minh', date: '2026-11-23', open: true, alarm: false, day_closed: false,
  hours_today: null, classes: [], services: [], counters: [place(1, ['a']), place(2, ['b'], ['a']), place(3, ['b'])],
  notices: [], public_url: '', absent_after_s: 0,
};
const board = (states: [number, 'open' | 'paused' | 'closed', string | null][]): Board => ({
  calls: [], notices: [], alarm: false,
  services: [
    { id: 'a', waiting: 2, wait: { likely_s: 0, high_s: 0 } },
    { id: 'b', waiting: 0, wait: { likely_s: 0, high_s: 0 } },
  ],
  counters: states.map(([id, state, number]) => ({ id, state, number })),
});

describe('the counters of the hall', () => {
  it('idle only when open, free, and somebody waits whom they could call', () => {
    const rows = counterRows(office, board([[1, 'open', 'A001'], [2, 'open', null], [3, 'open', null]]), null, new Map());
    expect(rows.map((row) => row.idle)).toEqual([false, true, false]);
    const paused = counterRows(office, board([[1, 'paused', null], [2, 'closed', null]]), null, new Map());
    expect(paused.map((row) => row.idle)).toEqual([false, false, false]);
  });

  it('name no clerk at a closed counter, however late that is learnt', () => {
    const late = new Map([[1, { id: 1, state: 'open', clerk: 'lan', pause_reason: null } as Counter]]);
    expect(counterRows(office, board([[1, 'closed', null]]), null, late)[0]?.clerk).toBeNull();
    expect(counterRows(office, board([[1, 'open', null]]), null, late)[0]?.clerk).toBe('lan');
  });
});
