/** The kiosk's screens and how one leads to another. Pure: time and answers come in.
 *  Three taps: language, service, confirm. Every screen but the first goes back to it by itself. */

import type { Office, Service, Ticket, TicketRequest } from '../wire';

export type Screen =
  | { name: 'start' }
  | { name: 'services' }
  | { name: 'help' }
  | { name: 'confirm'; service: string }
  | { name: 'taking'; request: TicketRequest; slow: boolean; unknown?: boolean }
  | { name: 'result'; ticket: Ticket }
  | { name: 'failed'; code: string };

/** How long a screen stays when nobody touches it; the start and a pending answer stay. */
const STAY_MS: Readonly<Record<Screen['name'], number>> = {
  start: Infinity,
  taking: Infinity,
  services: 30_000,
  help: 20_000,
  confirm: 30_000,
  result: 15_000,
  failed: 15_000,
};

/** The countdown is shown from here on, on the result always. */
const SHOWN_FROM_S = 10;

export function closesAt(screen: Screen, touchedAt: number): number {
  return touchedAt + STAY_MS[screen.name];
}

/** Seconds to show, null while there is no hurry. */
export function countdown(screen: Screen, closes: number, now: number): number | null {
  if (!Number.isFinite(closes)) return null;
  const left = Math.max(0, Math.ceil((closes - now) / 1000));
  return screen.name === 'result' || left <= SHOWN_FROM_S ? left : null;
}

/** Why the office gives no numbers at all at this moment, null when it does. */
export type Shut = 'alarm' | 'closed';

export function shut(office: Office): Shut | null {
  if (office.alarm) return 'alarm';
  return office.open ? null : 'closed';
}

/** What the server is asked for. The first class is the default and is not named. */
export function request(service: string, lang: string, classId: string | null, assist: boolean): TicketRequest {
  return {
    service,
    lang,
    channel: 'kiosk',
    ...(classId === null ? {} : { class: classId }),
    ...(assist ? { assist: true } : {}),
  };
}

/** How many columns of buttons fit: large ones as long as there is room. */
export function columns(services: readonly Service[], tall: boolean): 1 | 2 | 3 {
  if (tall) return services.length <= 8 ? 1 : 2;
  return services.length <= 10 ? 2 : 3;
}
