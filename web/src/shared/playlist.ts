/** The order in which calls are announced. Pure: no clock, no sound.
 *  Invariant: one announcement at a time, in journal order; what has expired is never said. */

import type { Call } from '../wire';

export interface Announcement {
  seq: number;
  call: Call;
}

/** More can never be said before they expire; the oldest give way. */
const WAITING_MAX = 40;

export class Playlist {
  #waiting: Announcement[] = [];
  #lastSeq = -1;

  /** Takes a call in. A recall of what still waits to be said replaces it in its place, so that it is said once.
   *  A record seen before (replayed on a new connection) changes nothing. */
  add(seq: number, call: Call): void {
    if (seq <= this.#lastSeq) return;
    this.#lastSeq = seq;
    const same = this.#waiting.findIndex(
      (waiting) => waiting.call.number === call.number && waiting.call.counter === call.counter,
    );
    const merged = this.#waiting[same];
    if (merged !== undefined) {
      // Nobody has heard the first call yet, so it is said without "once again", as long as the recall lasts.
      this.#waiting[same] = { seq, call: { ...merged.call, expires_at: call.expires_at } };
      return;
    }
    // A number sent to another counter must not be announced for the old one too.
    this.#waiting = this.#waiting.filter((waiting) => waiting.call.number !== call.number);
    this.#waiting.push({ seq, call });
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
  }

  /** Takes out what is to be said next; null when nothing is left that has not expired. */
  next(now: number): Announcement | null {
    for (let first = this.#waiting.shift(); first !== undefined; first = this.#waiting.shift()) {
      if (Date.parse(first.call.expires_at) > now) return first;
    }
    return null;
  }

  get count(): number {
    return this.#waiting.length;
  }
}
