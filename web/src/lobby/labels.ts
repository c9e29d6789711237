/** Labels in both languages of the hall, the first one large. */

import { html, nothing, type TemplateResult } from 'lit';

import { inLang, say, type Key, type Lang, type OfficeWords, type Values } from '../shared/words';

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
