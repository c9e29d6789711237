/** Editing a layout: new rows, rows moved, hours by day, where a refusal points to. Pure. */

import type { CounterLayout, Layout, ServiceLayout } from '../../wire';

export type Section = 'office' | 'services' | 'counters' | 'classes' | 'hours' | 'notices';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];
export type Week = Readonly<Record<Day, string>>;

/** Letters that are hard to confuse by ear, first choice first. */
const LETTERS = 'ABHKLMRSXCDEGNPQTUVYZFIJOW';

/** `Đất đai - Xây dựng` -> `dat-dai-xay-dung`. */
export function slug(name: string): string {
  const plain = name.toLowerCase().replace(/đ/g, 'd').normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40);
}

/** `base`, or `base-2`, `base-3`, … */
export function freeId(base: string, taken: readonly string[]): string {
  if (!taken.includes(base)) return base;
  let n = 2;
  while (taken.includes(`${base}-${n}`)) n += 1;
  return `${base}-${n}`;
}

export function newService(layout: Layout): ServiceLayout {
  const taken = new Set(layout.services.map((service) => service.prefix));
  const prefix = [...LETTERS].find((letter) => !taken.has(letter)) ?? '';
  return {
    id: '', prefix, first_number: 1, digits: 3, name: words(layout.languages), typical_minutes: 10, stopped: false,
  };
}

export function newCounter(layout: Layout): CounterLayout {
  const id = Math.max(0, ...layout.counters.map((counter) => counter.id)) + 1;
  const names: Record<string, string> = { vi: `Quầy số ${id}`, en: `Counter ${id}` };
  return {
    id,
    name: Object.fromEntries(layout.languages.map((lang) => [lang, names[lang] ?? String(id)])),
    services: [],
    backup_services: [],
  };
}

/** An empty text in every language. */
export function words(languages: readonly string[]): Record<string, string> {
  return Object.fromEntries(languages.map((lang) => [lang, '']));
}

/** The list with `index` moved by `step`; unchanged at the edges. */
export function moved<T>(list: readonly T[], index: number, step: -1 | 1): T[] {
  const copy = [...list];
  const [item] = copy.splice(index, 1);
  const to = index + step;
  if (item === undefined || to < 0 || to > copy.length) return [...list];
  copy.splice(to, 0, item);
  return copy;
}

/** What is sent: texts trimmed, empty translations and rows without an id filled in. */
export function finished(layout: Layout): Layout {
  const trimmed = (text: Record<string, string | undefined>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(text).flatMap(([lang, value]) => {
        const plain = (value ?? '').trim();
        return plain === '' && lang !== layout.languages[0] ? [] : [[lang, plain]];
      }),
    );
  const ids = layout.services.map((service) => service.id);
  const classIds = layout.classes.map((each) => each.id);
  const noticeIds = layout.notices.map((notice) => notice.id);
  const identified = (id: string, name: Record<string, string | undefined>, taken: string[], word: string): string => {
    if (id !== '') return id;
    const fresh = freeId(slug(name[layout.languages[0] ?? 'vi'] ?? '') || word, taken);
    taken.push(fresh);
    return fresh;
  };
  return {
    ...layout,
    name: trimmed(layout.name),
    services: layout.services.map((service) => ({
      ...service, id: identified(service.id, service.name, ids, 'service'), name: trimmed(service.name),
    })),
    classes: layout.classes.map((each) => ({
      ...each, id: identified(each.id, each.name, classIds, 'class'), name: trimmed(each.name),
    })),
    counters: layout.counters.map((counter) => ({ ...counter, name: trimmed(counter.name) })),
    notices: layout.notices.map((notice) => ({
      ...notice, id: identified(notice.id, {}, noticeIds, 'notice'), text: trimmed(notice.text),
    })),
  };
}

/** What a counter does for a service, and what a press on the cell makes of it: nothing, serves, backup. */
export type Duty = 'none' | 'serves' | 'backup';

export function dutyOf(counter: CounterLayout, service: string): Duty {
  if (counter.services.includes(service)) return 'serves';
  return counter.backup_services.includes(service) ? 'backup' : 'none';
}

export function nextDuty(counter: CounterLayout, service: string): CounterLayout {
  const services = counter.services.filter((each) => each !== service);
  const backup_services = counter.backup_services.filter((each) => each !== service);
  switch (dutyOf(counter, service)) {
    case 'none':
      return { ...counter, services: [...services, service], backup_services };
    case 'serves':
      return { ...counter, services, backup_services: [...backup_services, service] };
    case 'backup':
      return { ...counter, services, backup_services };
  }
}

/** The hours of each day as a text; null for "always". Ranges such as `mon_fri` are spread out. */
export function weekOf(hours: Layout['hours']): Week | null {
  if (hours === undefined) return null;
  const week: Record<Day, string> = { mon: '', tue: '', wed: '', thu: '', fri: '', sat: '', sun: '' };
  for (const [key, ranges] of Object.entries(hours)) {
    const [first, last = first] = key.split('_');
    const from = DAYS.indexOf(first as Day);
    const to = DAYS.indexOf(last as Day);
    for (const day of DAYS.slice(Math.max(0, from), to + 1)) week[day] = (ranges ?? []).join(', ');
  }
  return week;
}

export function hoursOf(week: Week): NonNullable<Layout['hours']> {
  const ranges = (text: string): string[] => text.split(/[,;]/).map((range) => range.replace(/[\s–—]+/g, dash)).filter(Boolean);
  return Object.fromEntries(DAYS.flatMap((day) => (ranges(week[day]).length === 0 ? [] : [[day, ranges(week[day])]])));
}

function dash(found: string): string {
  return found.trim() === '' ? '' : '-';
}

/** `services[8].prefix: …` -> where to look. The path is the server's, as in the office file. */
export interface Fault {
  path: string;
  section: Section;
  index: number | null;
  what: string;
}

export function faultOf(detail: string): Fault | null {
  const found = /^([a-z_]+)(?:\[(\d+)\])?((?:\.[\w-]+|\[\d+\])*): (.+)$/s.exec(detail);
  if (!found) return null;
  const [, key = '', index, rest = '', what = ''] = found;
  const sections: readonly string[] = ['services', 'counters', 'classes', 'hours', 'notices'];
  const section = sections.includes(key) ? (key as Section) : 'office';
  const row = index === undefined ? null : Number(index);
  return { path: `${key}${row === null ? '' : `[${row}]`}${rest}`, section, index: row, what };
}

/** Whether phones of citizens can never open the address. */
export function isLoopback(address: string): boolean {
  try {
    const { hostname } = new URL(address);
    return hostname === 'localhost' || hostname === '[::1]' || hostname === '0.0.0.0' || hostname.startsWith('127.');
  } catch {
    return true;
  }
}
