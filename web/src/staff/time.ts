/** Durations as staff read them: exact, short, in tabular figures. Pure. */

import type { Lang } from '../shared/words';
import { staffSay } from './words';

/** `3:07`, `1:02:09`: a running timer. */
export function timer(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const s = String(whole % 60).padStart(2, '0');
  const m = Math.floor(whole / 60) % 60;
  const h = Math.floor(whole / 3600);
  return h === 0 ? `${m}:${s}` : `${h}:${String(m).padStart(2, '0')}:${s}`;
}

/** `12 phút`, `45 giây`, `1 giờ 5 phút`; `–` where there is nothing. */
export function span(seconds: number | null | undefined, lang: Lang): string {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 60) return staffSay(lang, 'span.seconds', { n: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return staffSay(lang, 'span.minutes', { n: minutes });
  return staffSay(lang, 'span.hours', { h: Math.floor(minutes / 60), m: minutes % 60 });
}

/** Whole minutes as a bare figure, for a column that says so; `–` where there is nothing. */
export function minutes(seconds: number | null): string {
  return seconds === null ? '–' : String(Math.round(seconds / 60));
}

/** Seconds from an instant to now. */
export function since(instant: string, nowMs: number): number {
  return Math.max(0, (nowMs - Date.parse(instant)) / 1000);
}
