/** What every page and element starts from: shared styles, the language, and words in it. */

import './nonce';
import './theme.css';

import { LitElement, type CSSResultGroup } from 'lit';
import { property } from 'lit/decorators.js';

import { shared } from './styles';
import { say, type Key, type Lang, type Values } from './words';

export abstract class QueueElement extends LitElement {
  static override styles: CSSResultGroup = shared;

  /** The language of the words on this element. */
  @property() language: Lang = 'vi';

  /** A word of `lang/*.json` in this element's language. */
  protected say(key: Key, values?: Values): string {
    return say(this.language, key, values);
  }

  /** Tells the parent of something that happened, with its `detail`. */
  protected tell<T>(name: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(name, { detail, bubbles: true, composed: true }));
  }
}

/** Sets the language of the whole document, for readers of screens and for the title. */
export function announceLanguage(lang: Lang, title: string): void {
  document.documentElement.lang = lang;
  document.title = title;
}
