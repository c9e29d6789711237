import { describe, expect, it } from 'vitest';

import type { CounterPlace } from '../wire';
import { staffed } from './staffed';

const place = (id: number, services: string[], backup_services: string[] = []): CounterPlace => ({
  id, name: {}, state: 'closed', services, backup_services,
});

describe('staffed', () => {
  const places = [place(1, ['a']), place(2, ['b'], ['a'])];
  it.each([
    ['a', [{ id: 1, state: 'open' }], true],
    ['a', [{ id: 1, state: 'paused' }, { id: 2, state: 'closed' }], false],
    ['a', [{ id: 2, state: 'open' }], true],
    ['b', [{ id: 1, state: 'open' }], false],
    ['a', [{ id: 9, state: 'open' }], false],
  ])('%s with %j is %s', (service, states, expected) => {
    expect(staffed(service, places, states)).toBe(expected);
  });
});
