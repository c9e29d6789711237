/** Pages that run for months begin anew once a night, when nobody looks and the server is there. */

const HOUR_MS = 3_600_000;
const UP_MS_MIN = 12 * HOUR_MS;
const QUIET_MS_MIN = HOUR_MS / 2;

/** Whether now is the time: between three and four in the office's night, after a quiet half hour. Pure. */
export function reloadDue(now: number, hour: number, startedAt: number, lastActAt: number): boolean {
  return hour === 3 && now - startedAt > UP_MS_MIN && now - lastActAt > QUIET_MS_MIN;
}

/** The hour of an instant in a time zone, 0 to 23. Pure. */
export function hourIn(at: number, zone: string): number {
  return Number(new Intl.DateTimeFormat('en-GB', { hour: 'numeric', hourCycle: 'h23', timeZone: zone }).format(at));
}

/** Loads the page anew, but only when the server would answer: a dead page is worse than an old one. */
export async function reloadSafely(): Promise<void> {
  const response = await fetch(location.href, { cache: 'no-store' }).catch(() => null);
  if (response?.ok === true) location.reload();
}
