import { describe, expect, it } from 'vitest';

import type { Ticket, TicketState } from '../wire';
import { callMark, cancellable, near, over, rateable, story } from './story';

const ticket = (changes: Partial<Ticket>): Ticket => ({
  id: 'x', number: 'A012', service: 's', then: [], class: 'normal', asked: null, lang: 'vi', state: 'waiting',
  ready: false, dossiers: 1, assist: false, issued_at: '', ahead: 4, wait: null, counter: null, called_at: null,
  rated: false, url: '/t/x', ...changes,
});

describe('the story of a ticket', () => {
  it.each<[TicketState, boolean, string]>([
    ['waiting', false, 'line'], ['waiting', true, 'ready'], ['called', false, 'called'], ['called', true, 'called'],
    ['serving', false, 'serving'], ['parked', false, 'parked'], ['finished', false, 'finished'],
    ['absent', false, 'absent'], ['cancelled', false, 'cancelled'], ['expired', false, 'expired'],
  ])('%s (ready: %s) is %s', (state, ready, told) => {
    expect(story(ticket({ state, ready }))).toBe(told);
  });
  it('asks people near their turn to stay', () => {
    expect([null, 0, 2, 3].map((ahead) => near(ticket({ ahead })))).toEqual([false, true, true, false]);
  });
  it('lets a ticket be given back until it is served, and rated once after', () => {
    expect(cancellable(ticket({ state: 'called' }))).toBe(true);
    expect(cancellable(ticket({ state: 'serving' }))).toBe(false);
    expect(cancellable(ticket({ state: 'absent' }))).toBe(false);
    expect(rateable(ticket({ state: 'finished' }))).toBe(true);
    expect(rateable(ticket({ state: 'finished', rated: true }))).toBe(false);
  });
  it('ends only where nothing more can happen', () => {
    expect(over(ticket({ state: 'finished' }))).toBe(false);
    expect(over(ticket({ state: 'finished', rated: true }))).toBe(true);
    expect(over(ticket({ state: 'absent' }))).toBe(false);
    expect(over(ticket({ state: 'expired' }))).toBe(true);
  });
  it('rings again at a recall', () => {
    const first = ticket({ state: 'called', counter: 3, called_at: '1' });
    expect(callMark(ticket({}))).toBe(null);
    expect(callMark(first)).toBe(callMark({ ...first }));
    expect(callMark(first)).not.toBe(callMark({ ...first, called_at: '2' }));
  });
});
