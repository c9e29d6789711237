/** The loudspeaker of a page: plays the clips of calls through WebAudio, one announcement at a time.
 *  Which call comes next is `playlist.ts`'s business. */

import type { Call } from '../wire';
import { Playlist } from './playlist';

/** More clips than both languages have. */
const CLIPS_MAX = 200;
const FETCH_MS_MAX = 4_000;

export class Loudspeaker {
  #context: AudioContext | null = null;
  readonly #clips = new Map<string, AudioBuffer>();
  readonly #playlist = new Playlist();
  #playing = false;

  /** `now` is the server's clock; `onBlocked` is told whenever the browser (un)blocks sound. */
  constructor(
    readonly now: () => number,
    readonly onBlocked: (blocked: boolean) => void,
  ) {}

  /** Makes ready to play. In the handler of a touch or key the browser always allows it. */
  async wake(): Promise<void> {
    this.#context ??= this.#open();
    if (this.#context === null) return;
    // Without a touch the promise of `resume` never settles, so it is not waited for.
    void this.#context.resume().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.onBlocked(this.#context.state !== 'running');
    void this.#go();
  }

  announce(seq: number, call: Call): void {
    this.#playlist.add(seq, call);
    void this.#go();
  }

  /** Stops being the loudspeaker. */
  async sleep(): Promise<void> {
    const context = this.#context;
    this.#context = null;
    this.#playing = false;
    await context?.close();
  }

  #open(): AudioContext | null {
    if (typeof AudioContext === 'undefined') return null;
    const context = new AudioContext();
    context.onstatechange = () => {
      this.onBlocked(context.state !== 'running');
      void this.#go();
    };
    return context;
  }

  async #go(): Promise<void> {
    const context = this.#context;
    if (this.#playing || context === null || context.state !== 'running') return;
    this.#playing = true;
    try {
      for (let next = this.#playlist.next(this.now()); next !== null; next = this.#playlist.next(this.now())) {
        await this.#play(context, next.call.clips);
        if (this.#context !== context) return;
      }
    } finally {
      if (this.#context === context) this.#playing = false;
    }
  }

  async #play(context: AudioContext, ids: readonly string[]): Promise<void> {
    const clips = await Promise.all(ids.map((id) => this.#clip(context, id)));
    let at = context.currentTime + 0.05;
    let last: AudioBufferSourceNode | null = null;
    for (const clip of clips) {
      if (clip === null) continue;
      const source = context.createBufferSource();
      source.buffer = clip;
      source.connect(context.destination);
      source.start(at);
      at += clip.duration;
      last = source;
    }
    if (last === null) return;
    const ended = new Promise((resolve) => last.addEventListener('ended', resolve));
    // A closed context never tells of an end, so the clock does.
    const over = new Promise((resolve) => setTimeout(resolve, (at - context.currentTime) * 1000 + 1_000));
    await Promise.race([ended, over]);
  }

  /** A clip that cannot be had is left out: the rest of the call is still worth hearing. */
  async #clip(context: AudioContext, id: string): Promise<AudioBuffer | null> {
    const kept = this.#clips.get(id);
    if (kept !== undefined) return kept;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), FETCH_MS_MAX);
    try {
      const path = id.split('/').map(encodeURIComponent).join('/');
      const response = await fetch(`/api/v1/sounds/${path}`, { signal: abort.signal });
      if (!response.ok) return null;
      const clip = await context.decodeAudioData(await response.arrayBuffer());
      if (this.#clips.size < CLIPS_MAX) this.#clips.set(id, clip);
      return clip;
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
