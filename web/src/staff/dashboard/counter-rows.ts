/** What the supervisor sees of each counter: state, clerk, ticket, whether it idles while people wait. Pure. */

import type { Board, Counter, CounterFigures, Office, Stats } from '../../wire';

export interface CounterRow {
  id: number;
  state: 'closed' | 'open' | 'paused';
  clerk: string | null;
  number: string | null;
  reason: string | null;
  /** Whether it is open and free while somebody waits whom it could call. */
  idle: boolean;
  figures: CounterFigures | null;
}

/** In the order of the hall. The board is the newest; clerks come from slower reads. */
export function counterRows(
  office: Office,
  board: Board | null,
  stats: Stats | null,
  counters: ReadonlyMap<number, Counter>,
): CounterRow[] {
  const waiting = new Map((board?.services ?? []).map((service) => [service.id, service.waiting]));
  return office.counters.map((place) => {
    const now = board?.counters.find((each) => each.id === place.id);
    const known = counters.get(place.id);
    const state = now?.state ?? known?.state ?? 'closed';
    const number = now?.number ?? null;
    const could = [...place.services, ...place.backup_services].some((service) => (waiting.get(service) ?? 0) > 0);
    return {
      id: place.id,
      state,
      clerk: state === 'closed' ? null : (known?.clerk ?? null),
      number,
      reason: state === 'paused' ? (known?.pause_reason ?? null) : null,
      idle: state === 'open' && number === null && could,
      figures: stats?.by_counter.find((each) => each.counter === place.id) ?? null,
    };
  });
}
