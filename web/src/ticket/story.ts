/** What a ticket's state means to the citizen who holds it. Pure. */

import type { Ticket, TicketState } from '../wire';

export type Story = 'line' | 'ready' | 'called' | 'serving' | 'parked' | 'finished' | 'absent' | 'cancelled' | 'expired';

const STORIES: Readonly<Record<TicketState, Story>> = {
  waiting: 'line',
  called: 'called',
  serving: 'serving',
  parked: 'parked',
  finished: 'finished',
  absent: 'absent',
  cancelled: 'cancelled',
  expired: 'expired',
};

export function story(ticket: Ticket): Story {
  return ticket.state === 'waiting' && ticket.ready ? 'ready' : STORIES[ticket.state];
}

/** So few ahead that the citizen should be in the room. */
const NEAR = 3;

export function near(ticket: Ticket): boolean {
  return ticket.ahead !== null && ticket.ahead < NEAR;
}

/** Given back by the citizen only while nobody works on it. */
export function cancellable(ticket: Ticket): boolean {
  return ticket.state === 'waiting' || ticket.state === 'called' || ticket.state === 'parked';
}

export function rateable(ticket: Ticket): boolean {
  return ticket.state === 'finished' && !ticket.rated;
}

/** Nothing more will happen to it: the line may be let go. */
export function over(ticket: Ticket): boolean {
  return ticket.state === 'cancelled' || ticket.state === 'expired' || (ticket.state === 'finished' && ticket.rated);
}

/** What tells one call from the next: a recall has another time. Null while it is not called. */
export function callMark(ticket: Ticket): string | null {
  return ticket.state === 'called' ? `${ticket.counter ?? ''}@${ticket.called_at ?? ''}` : null;
}
