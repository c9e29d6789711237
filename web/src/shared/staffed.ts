/** Whether anybody is there to call: a wait is only honest then. */

import type { CounterPlace } from '../wire';

/** Whether an open counter serves `service`, as its own or as a backup. */
export function staffed(
  service: string,
  places: readonly CounterPlace[],
  states: readonly { id: number; state: string }[],
): boolean {
  return states.some(({ id, state }) => {
    const place = places.find((known) => known.id === id);
    const serves = place?.services.includes(service) === true || place?.backup_services.includes(service) === true;
    return state === 'open' && serves;
  });
}
