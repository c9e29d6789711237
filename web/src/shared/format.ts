/** Times and waits in words, through `Intl`. Pure: nothing here reads a clock. */

import { say, type Lang } from './words';

const LOCALE: Readonly<Record<Lang, string>> = { vi: 'vi-VN', en: 'en-GB' };

/** `08:05`, on the clock of the office's time zone. */
export function clock(at: number | string, lang: Lang, zone?: string): string {
  return format(at, lang, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** `08:05:09`. */
export function clockSeconds(at: number | string, lang: Lang, zone?: string): string {
  return format(at, lang, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

/** `Thứ Hai, 23 tháng 11, 2026`. */
export function longDate(at: number | string, lang: Lang, zone?: string): string {
  const text = format(at, lang, zone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `23/11/2026`. */
export function shortDate(at: number | string, lang: Lang, zone?: string): string {
  return format(at, lang, zone, { day: '2-digit', month: '2-digit', year: 'numeric' });
}

export function count(n: number, lang: Lang): string {
  return new Intl.NumberFormat(LOCALE[lang]).format(n);
}

/** A wait as a person says it: `dưới 5 phút`, `khoảng 15 phút`, `khoảng 1 giờ 30 phút`. */
export function kindWait(seconds: number, lang: Lang): string {
  const minutes = roundedMinutes(seconds);
  if (minutes < 5) return say(lang, 'wait.under', { n: 5 });
  return say(lang, 'wait.about', { time: span(minutes, lang) });
}

/** The same, short, for a column: `< 5 phút`, `15 phút`. */
export function shortWait(seconds: number, lang: Lang): string {
  const minutes = roundedMinutes(seconds);
  return minutes < 5 ? say(lang, 'wait.under_short', { n: 5 }) : span(minutes, lang);
}

/** To five minutes below the half hour, to ten below an hour, to a quarter above: nobody can promise more. */
export function roundedMinutes(seconds: number): number {
  const minutes = Math.max(0, seconds) / 60;
  if (minutes < 3) return 0;
  const step = minutes <= 30 ? 5 : minutes <= 60 ? 10 : 15;
  return Math.max(5, Math.round(minutes / step) * step);
}

function span(minutes: number, lang: Lang): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return say(lang, 'time.minutes', { m: rest });
  const key = hours === 1 ? 'time.hour' : 'time.hours';
  const first = say(lang, key, { h: hours });
  return rest === 0 ? first : `${first} ${say(lang, 'time.minutes', { m: rest })}`;
}

function format(at: number | string, lang: Lang, zone: string | undefined, shape: Intl.DateTimeFormatOptions): string {
  const options = zone === undefined ? shape : { ...shape, timeZone: zone };
  return new Intl.DateTimeFormat(LOCALE[lang], options).format(new Date(at));
}
