/** How long to wait before the next try. Pure: randomness comes in as `random` in [0, 1). */

/** No pause is longer, so that a restarted server is found again soon. */
const PAUSE_MS_MAX = 10_000;

/** Full jitter: anything between nothing and `first_ms` doubled at each try, at most ten seconds. */
export function pauseMs(attempt: number, firstMs: number, random: number): number {
  const ceiling = Math.min(PAUSE_MS_MAX, firstMs * 2 ** Math.min(attempt, 20));
  return Math.round(ceiling * random);
}
