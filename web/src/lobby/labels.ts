/** Labels in both languages of the hall, the first one large. */

import { html, nothing, type TemplateResult } from 'lit';

import { LANGS, inLang, say, type Key, type Lang, type OfficeWords, type Values } from '../shared/words';

/** The hall's languages that the pages speak, the office's first one first. */
export function hallLangs(languages: readonly string[]): Lang[] {
  const spoken = languages.flatMap((tag) => LANGS.filter((lang) => lang === tag));
  return spoken.length === 0 ? ['vi'] : spoken.slice(0, 2);
}

export function both(langs: readonly Lang[], key: Key, values?: Values): TemplateResult {
  return pair(langs, (lang) => say(lang, key, values));
}

export function bothOf(langs: readonly Lang[], words: OfficeWords): TemplateResult {
  const [first = 'vi', second] = langs;
  const other = second === undefined || words[second] === undefined ? [] : [second];
  return pair([first, ...other], (lang) => inLang(words, lang));
}

function pair(langs: readonly Lang[], text: (lang: Lang) => string): TemplateResult {
  const [first = 'vi', second] = langs;
  return html`<span class="first" lang=${first}>${text(first)}</span>${second === undefined
      ? nothing
      : html`<span class="second" lang=${second}>${text(second)}</span>`}`;
}
