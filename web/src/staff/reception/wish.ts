/** What reception is about to ask for: options first, then one press on a service. Pure. */

import type { TicketRequest } from '../../wire';

/** As the server takes them. */
export const DOSSIERS_MAX = 999;
export const SERVICES_MAX = 9;

export interface Wish {
  /** The class; null for the default one. */
  readonly class: string | null;
  readonly dossiers: number;
  readonly assist: boolean;
  readonly lang: string | null;
  /** Several services in order; null when one press takes the number. */
  readonly chain: readonly string[] | null;
}

export const FRESH: Wish = { class: null, dossiers: 1, assist: false, lang: null, chain: null };

/** The next wish after a press on a service, and the request where the number is to be taken at once. */
export function pressService(wish: Wish, service: string): { wish: Wish; request: TicketRequest | null } {
  if (wish.chain === null) return { wish, request: requestOf(wish, [service]) };
  const chosen = wish.chain.includes(service);
  if (!chosen && wish.chain.length >= SERVICES_MAX) return { wish, request: null };
  const chain = chosen ? wish.chain.filter((each) => each !== service) : [...wish.chain, service];
  return { wish: { ...wish, chain }, request: null };
}

/** The request for these services in order; null without any. */
export function requestOf(wish: Wish, services: readonly string[]): TicketRequest | null {
  const [service, ...then] = services;
  if (service === undefined) return null;
  const request: TicketRequest = { service, channel: 'reception' };
  if (wish.class !== null) request.class = wish.class;
  if (wish.lang !== null) request.lang = wish.lang;
  if (wish.dossiers > 1) request.dossiers = wish.dossiers;
  if (wish.assist) request.assist = true;
  if (then.length > 0) request.then = then;
  return request;
}

export function dossiersOf(text: string): number {
  const n = Math.trunc(Number(text));
  return Number.isFinite(n) ? Math.min(DOSSIERS_MAX, Math.max(1, n)) : 1;
}
