/** How long to wait before the next try. Pure: randomness comes in as `random` in [0, 1). */

/** The first pause and the longest one, in milliseconds. */
export interface Pauses {
  readonly first: number;
  readonly most: number;
}

/** Full jitter: anything between nothing and the first pause, doubled at each try, up to the longest. */
export function pauseMs(attempt: number, pauses: Pauses, random: number): number {
  return Math.round(Math.min(pauses.most, pauses.first * 2 ** Math.min(attempt, 20)) * random);
}
