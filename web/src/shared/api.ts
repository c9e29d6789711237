/** HTTP with the server: typed bodies, one key per act, the same key on every retry.
 *  Reads never retry by themselves; the page asks again when it wants to. Live states: `link.ts`. */

import type {
  Office,
  Offices,
  Problem,
  RatingRequest,
  Ticket,
  TicketPlace,
  TicketRequest,
} from '../wire';
import { pauseMs } from './backoff';
import { newKey } from './keys';

/** The server said no, or could not; `problem.code` is stable. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
  get code(): string {
    return this.problem.code;
  }
}

/** No answer came: nothing is known about the act, only its key can tell. */
export class OfflineError extends Error {}

export interface Sending {
  /** Made once for the act; without it one is made here. */
  key?: string;
  /** How long to go on trying, 15 s if not said. */
  patienceMs?: number;
  /** Ends the trying. */
  signal?: AbortSignal;
  /** Told before every further try: 1, 2, … and what came of the one before. */
  onRetry?: (attempt: number, error: unknown) => void;
  method?: 'POST' | 'PUT' | 'DELETE';
}

/** One try may take so long; a sync that takes longer answers at the next try. */
const TRY_MS_MAX = 8_000;
const PATIENCE_MS = 15_000;
const PAUSES = { first: 400, most: 10_000 };

export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answered<T>(await once(path, { method: 'GET', headers: { accept: 'application/json' } }, signal));
}

/** Does an act. Network failures and 503 are tried again with the same key until `patienceMs` is over; but on a full
 *  disk nothing happened, and it stays full until somebody comes: that is said at once. */
export async function send<T>(path: string, body: unknown, sending: Sending = {}): Promise<T> {
  const key = sending.key ?? newKey();
  const until = Date.now() + (sending.patienceMs ?? PATIENCE_MS);
  const init: RequestInit = {
    method: sending.method ?? 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body ?? {}),
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await answered<T>(await once(path, init, sending.signal));
    } catch (error) {
      const pause = pauseMs(attempt, PAUSES, 0.5 + Math.random() / 2);
      const over = Date.now() + pause >= until || sending.signal?.aborted === true;
      if (!worthAnotherTry(error) || over) throw error;
      sending.onRetry?.(attempt + 1, error);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

export const readOffices = (): Promise<Offices> => read('/api/v1/offices');
export const readOffice = (office: string): Promise<Office> => read(officePath(office));
export const readTicket = (ticket: string): Promise<TicketPlace> => read(`/api/v1/tickets/${encodeURIComponent(ticket)}`);
export const takeTicket = (office: string, request: TicketRequest, sending: Sending): Promise<Ticket> =>
  send(`${officePath(office)}/tickets`, request, sending);
export const cancelTicket = (office: string, ticket: string, sending: Sending): Promise<Ticket> =>
  send(`${officePath(office)}/tickets/${encodeURIComponent(ticket)}/cancel`, {}, sending);
export const rateTicket = (office: string, ticket: string, rating: RatingRequest, sending: Sending): Promise<unknown> =>
  send(`${officePath(office)}/tickets/${encodeURIComponent(ticket)}/rating`, rating, sending);

/** `/api/v1/offices/{office}`: every page's paths start with it. */
export function officePath(office: string): string {
  return `/api/v1/offices/${encodeURIComponent(office)}`;
}

/** Whether the rules said no: asking again with the same key would give the same. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const { status } = error.problem;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** The stable code of whatever went wrong; `offline` when no answer came. */
export function codeOf(error: unknown): string {
  return error instanceof ProblemError ? error.code : 'offline';
}

function worthAnotherTry(error: unknown): boolean {
  if (error instanceof OfflineError) return true;
  return error instanceof ProblemError && error.problem.status === 503 && error.code !== 'disk-full';
}

async function once(path: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Response> {
  const abort = new AbortController();
  const giveUp = (): void => abort.abort();
  const timer = setTimeout(giveUp, TRY_MS_MAX);
  signal?.addEventListener('abort', giveUp);
  try {
    return await fetch(path, { ...init, cache: 'no-store', credentials: 'same-origin', signal: abort.signal });
  } catch (error) {
    throw new OfflineError(String(error));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

async function answered<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    body = undefined;
  }
  if (response.ok && body !== undefined) return body as T;
  if (isProblem(body)) throw new ProblemError(body);
  // A proxy or a dying server answers without a problem body; the act may still have happened.
  if (response.ok || response.status >= 500) throw new OfflineError(`status ${response.status}`);
  throw new ProblemError({
    type: 'about:blank', title: response.statusText, status: response.status, code: 'unknown', detail: '',
  });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
}
