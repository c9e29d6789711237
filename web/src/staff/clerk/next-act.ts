/**
 * The one act that comes naturally next at a counter, and which others are possible.
 * Pure: no page, no clock but the instants given.
 */

import type { Counter } from '../../wire';

/** Everything a clerk can press. */
export type Act =
  | 'open'
  | 'call'
  | 'start'
  | 'finish'
  | 'finish_call'
  | 'recall'
  | 'absent'
  | 'park'
  | 'return'
  | 'transfer'
  | 'choose'
  | 'take_up'
  | 'pause'
  | 'close';

/** Nobody is called to a counter while people leave the building. */
const CALLING: readonly Act[] = ['call', 'finish_call', 'recall', 'choose', 'take_up'];

/** What the large button does. */
export function nextAct(counter: Counter, alarm = false): Act {
  if (counter.state !== 'open') return counter.ticket ? ticketAct(counter, alarm) : 'open';
  return counter.ticket ? ticketAct(counter, alarm) : 'call';
}

function ticketAct(counter: Counter, alarm: boolean): Act {
  if (counter.ticket?.state === 'called') return 'start';
  return counter.waiting > 0 && counter.state === 'open' && !alarm ? 'finish_call' : 'finish';
}

/** Whole seconds until the called ticket may be marked absent; 0 when it may be. */
export function absentIn(counter: Counter, nowMs: number): number {
  if (counter.absent_from === null) return 0;
  return Math.max(0, Math.ceil((Date.parse(counter.absent_from) - nowMs) / 1000));
}

/** Whether an act can be pressed as things stand; the server has the last word. */
export function possible(act: Act, counter: Counter, nowMs: number, alarm = false): boolean {
  const state = counter.ticket?.state;
  if (alarm && CALLING.includes(act)) return false;
  switch (act) {
    case 'open':
      return counter.state !== 'open';
    case 'call':
      return counter.state === 'open' && state !== 'called';
    case 'start':
      return state === 'called';
    case 'finish':
      return state === 'serving';
    case 'finish_call':
      return state === 'serving' && counter.state === 'open';
    case 'recall':
      return state === 'called';
    case 'absent':
      return state === 'called' && absentIn(counter, nowMs) === 0;
    case 'park':
    case 'return':
    case 'transfer':
      return state === 'called' || state === 'serving';
    case 'choose':
    case 'take_up':
      return counter.state === 'open' && state !== 'called';
    case 'pause':
      return counter.state === 'open';
    case 'close':
      return counter.state !== 'closed' && counter.ticket === null;
  }
}
