/** Words on screens, by language. Texts of the office itself (names, notices) come from the server as
 *  `{ vi: …, en: … }` and go through `inLang`. Staff words are a dictionary of their own. */

import en from '../lang/en.json';
import vi from '../lang/vi.json';

export const LANGS = ['vi', 'en'] as const;
export type Lang = (typeof LANGS)[number];
export type Key = keyof typeof vi;
export type Values = Readonly<Record<string, string | number>>;
/** A text by language tag, as the server sends it. */
export type OfficeWords = Readonly<Record<string, string>>;

/** Makes `say` for a pair of tables: `{n}` in a text is replaced by the value `n`. */
export function dictionary<K extends string>(
  tables: Readonly<Record<Lang, Readonly<Record<K, string>>>>,
): (lang: Lang, key: K, values?: Values) => string {
  return (lang, key, values) => fill(tables[lang][key], values);
}

export const say = dictionary<Key>({ vi, en });

/** What the office calls something, in the language asked for or, failing that, the first one it has. */
export function inLang(words: OfficeWords, lang: string): string {
  return words[lang] ?? words['vi'] ?? Object.values(words)[0] ?? '';
}

/** Kind words for a problem's stable code. */
export function problemWords(lang: Lang, code: string, values?: Values): string {
  const key = `problem.${code}`;
  return say(lang, isKey(key) ? key : 'problem.unknown', values);
}

export function isLang(tag: string): tag is Lang {
  return LANGS.some((lang) => lang === tag);
}

/** `en-GB` is `en`; what the pages do not speak is Vietnamese. */
export function nearestLang(tag: string | null | undefined): Lang {
  const first = (tag ?? '').toLowerCase().split('-')[0] ?? '';
  return isLang(first) ? first : 'vi';
}

/** The hall's languages that the pages speak, the office's first one first. */
export function hallLangs(languages: readonly string[]): Lang[] {
  const spoken = languages.flatMap((tag) => LANGS.filter((lang) => lang === tag));
  return spoken.length === 0 ? ['vi'] : spoken.slice(0, 2);
}

function isKey(key: string): key is Key {
  return Object.hasOwn(vi, key);
}

function fill(text: string, values: Values | undefined): string {
  if (values === undefined) return text;
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}
