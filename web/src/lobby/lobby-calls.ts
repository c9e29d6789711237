/** The calls, newest on top and largest: seen from ten metres. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import { QueueElement } from '../shared/base';
import { shared } from '../shared/styles';
import type { Key, Lang } from '../shared/words';
import type { BoardCall } from '../wire';
import { both } from './labels';
import { flashes, rows, type Recalls } from './screen';
import { callStyles } from './lobby-calls-styles';

/** A word beside a number: recalled, a priority turn, … */
interface Mark {
  key: Key;
  kind: string;
  n?: number;
}

@customElement('lobby-calls')
export class LobbyCalls extends QueueElement {
  static override styles = [shared, callStyles];

  @property({ attribute: false }) langs: Lang[] = ['vi', 'en'];
  @property({ attribute: false }) calls: readonly BoardCall[] = [];
  @property({ attribute: false }) recalls: Recalls | null = null;
  /** Whether no numbers are given at this hour. */
  @property({ type: Boolean }) closed = false;
  @property({ type: Number }) now = 0;

  override render(): TemplateResult {
    const shown = rows(this.calls);
    if (shown.length === 0) {
      return html`<div class="empty">
        <p class="what">${both(this.langs, this.closed ? 'lobby.closed' : 'lobby.empty')}</p>
        <p class="more">${both(this.langs, this.closed ? 'lobby.closed_more' : 'lobby.empty_more')}</p>
      </div>`;
    }
    return html`<ol>
      ${repeat(shown, (call) => call.number, (call, index) => this.#row(call, index))}
    </ol>`;
  }

  #row(call: BoardCall, index: number): TemplateResult {
    const classes = [
      index === 0 ? 'large' : 'small',
      call.state,
      flashes(call, this.now) ? 'flash' : '',
      call.number.length > 5 ? 'long' : '',
    ].join(' ');
    const marks = this.#marks(call);
    // Two marks of a small row have room for one language each.
    const langs = index > 0 && marks.length > 1 ? this.langs.slice(0, 1) : this.langs;
    const shown = marks.map((mark) => this.#mark(mark, langs));
    return html`<li class="${classes} ${marks.length > 0 ? 'marked' : ''}">
      <div class="who">
        ${index === 0 ? html`<p class="label">${both(this.langs, 'lobby.calling')}</p>` : nothing}
        <p class="number">${call.number}</p>
        ${index === 0 ? html`<div class="below">${shown}</div>` : nothing}
      </div>
      <div class="marks">${index === 0 ? nothing : shown}</div>
      <svg class="arrow" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 12h16M13 5l7 7-7 7" /></svg>
      <div class="where">
        <p class="label">${both(this.langs, index === 0 ? 'lobby.to_counter' : 'lobby.counter')}</p>
        <p class="number">${call.counter}</p>
      </div>
    </li>`;
  }

  #marks(call: BoardCall): Mark[] {
    const recall = this.recalls?.of(call) ?? 0;
    const all: [boolean, Mark][] = [
      [recall > 0, { key: 'lobby.recall', kind: 'recall', n: recall }],
      [call.priority, { key: 'lobby.priority', kind: 'priority' }],
      [call.for_result, { key: 'lobby.for_result', kind: 'result' }],
      [call.out_of_order, { key: 'lobby.out_of_order', kind: 'order' }],
      [call.state === 'serving', { key: 'lobby.serving', kind: 'state' }],
      [call.state === 'absent', { key: 'lobby.absent', kind: 'state' }],
    ];
    return all.filter(([holds]) => holds).map(([, mark]) => mark);
  }

  #mark(mark: Mark, langs: readonly Lang[]): TemplateResult {
    return html`<span class="mark ${mark.kind}">${both(langs, mark.key, { n: mark.n ?? 0 })}</span>`;
  }
}
