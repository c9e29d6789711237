/** What of a board is shown, and how. Pure: the time comes in. */

import type { Board, BoardCall, Call } from '../wire';

/** One large row and four below it fill the height of a screen, digits never under a twelfth of it. */
export const ROWS = 5;
/** A call flashes so long after it was made, at less than one flash a second. */
const FLASH_MS = 9_000;
/** Recall counts are kept for so many numbers. */
const RECALLS_MAX = 24;

const SHOWN = new Set(['called', 'serving', 'finished', 'absent']);

/** The rows: those still to come to their counter first, then what there is room for; newest first within each. */
export function rows(calls: readonly BoardCall[]): BoardCall[] {
  const shown = calls.filter((call) => SHOWN.has(call.state));
  const open = shown.filter((call) => call.state === 'called');
  const rest = shown.filter((call) => call.state !== 'called');
  return [...open, ...rest].slice(0, ROWS);
}

export function flashes(call: BoardCall, now: number): boolean {
  const age = now - Date.parse(call.called_at);
  return call.state === 'called' && age < FLASH_MS;
}

/** How often each number was recalled: boards do not say, calls do. */
export class Recalls {
  readonly #counts = new Map<string, number>();

  heard(call: Call): void {
    this.#counts.delete(call.number);
    this.#counts.set(call.number, call.recall);
    const oldest = this.#counts.keys().next().value;
    if (this.#counts.size > RECALLS_MAX && oldest !== undefined) this.#counts.delete(oldest);
  }

  of(call: BoardCall): number {
    return call.state === 'called' ? (this.#counts.get(call.number) ?? 0) : 0;
  }
}

/** The part of a long list that is shown at this moment; parts take turns. */
export function part<T>(list: readonly T[], size: number, now: number, everyMs: number): T[] {
  const parts = Math.max(1, Math.ceil(list.length / size));
  const index = Math.floor(now / everyMs) % parts;
  return list.slice(index * size, (index + 1) * size);
}

/** Whether the board names a service or counter that the office read earlier does not have. */
export function outgrown(board: Board, services: ReadonlySet<string>, counters: ReadonlySet<number>): boolean {
  return (
    board.services.some((service) => !services.has(service.id)) ||
    board.counters.some((counter) => !counters.has(counter.id))
  );
}
