/** The live line to the server: one WebSocket that is always being held or mended.
 *  Whole states come in; nothing goes out. The page hears `offline` only after five seconds without a line. */

import type { Message } from '../wire';
import { pauseMs } from './backoff';

export type LineState = 'connecting' | 'live' | 'offline';

export interface LinkHandlers {
  onMessage(message: Message): void;
  /** The line's state changed; `since` is when the last message came, null before the first. */
  onState?(state: LineState, since: number | null): void;
  /** Another build runs on the server. Without it the page reloads itself. */
  onNewBuild?(): void;
}

export interface LinkOptions {
  /** First pause before mending: screens and consoles 1 s, phones 3 s, so that they come back first. */
  kind?: 'screen' | 'phone';
  /** Ask for the calls missed while the line was cut. */
  resume?: boolean;
}

const OFFLINE_AFTER_MS = 5_000;
/** A browser cannot see pings, so a silent line is checked by a small request. */
const SILENT_MS_MAX = 25_000;
const CHECK_MS_MAX = 5_000;
const WATCH_EVERY_MS = 5_000;

export class Link {
  /** The server's clock minus this machine's, in milliseconds. */
  skewMs = 0;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #seq: number | null = null;
  #build: string | null = null;
  #heardAt: number | null = null;
  #state: LineState = 'connecting';
  #stopped = true;
  #timers: { retry?: number; offline?: number; watch?: number } = {};

  constructor(
    readonly path: string,
    readonly handlers: LinkHandlers,
    readonly options: LinkOptions = {},
  ) {}

  start(): this {
    this.#stopped = false;
    this.#timers.watch = window.setInterval(() => void this.#watch(), WATCH_EVERY_MS);
    window.addEventListener('online', this.#hurry);
    document.addEventListener('visibilitychange', this.#hurry);
    this.#cut();
    this.#connect();
    return this;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of Object.values(this.#timers)) window.clearTimeout(timer);
    this.#timers = {};
    window.removeEventListener('online', this.#hurry);
    document.removeEventListener('visibilitychange', this.#hurry);
    this.#drop();
  }

  /** The server's clock at this moment, in milliseconds since 1970. */
  now(): number {
    return Date.now() + this.skewMs;
  }

  #connect(): void {
    if (this.#stopped) return;
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    if (this.options.resume === true && this.#seq !== null) url.searchParams.set('since', String(this.#seq));
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onmessage = (event: MessageEvent<string>) => this.#receive(event.data);
    socket.onclose = () => {
      if (this.#socket === socket) this.#mend();
    };
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as Message;
    this.#heardAt = Date.now();
    this.#attempt = 0;
    window.clearTimeout(this.#timers.offline);
    delete this.#timers.offline;
    if (message.type === 'hello') {
      this.skewMs = Date.parse(message.server_time) - Date.now();
      if (this.#build !== null && this.#build !== message.build) {
        if (this.handlers.onNewBuild) this.handlers.onNewBuild();
        else location.reload();
      }
      this.#build = message.build;
    } else {
      this.#seq = message.seq;
    }
    this.#tell('live');
    this.handlers.onMessage(message);
  }

  #mend(): void {
    this.#drop();
    this.#cut();
    const firstMs = this.options.kind === 'phone' ? 3_000 : 1_000;
    const pause = pauseMs(this.#attempt, firstMs, Math.random());
    this.#attempt += 1;
    this.#timers.retry = window.setTimeout(() => this.#connect(), pause);
  }

  #cut(): void {
    if (this.#state === 'live') this.#tell('connecting');
    this.#timers.offline ??= window.setTimeout(() => this.#tell('offline'), OFFLINE_AFTER_MS);
  }

  #drop(): void {
    window.clearTimeout(this.#timers.retry);
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  #tell(state: LineState): void {
    if (state === this.#state && state !== 'live') return;
    const changed = state !== this.#state;
    this.#state = state;
    if (changed) this.handlers.onState?.(state, this.#heardAt);
  }

  async #watch(): Promise<void> {
    const socket = this.#socket;
    if (socket === null || socket.readyState !== WebSocket.OPEN) return;
    if (Date.now() - (this.#heardAt ?? 0) < SILENT_MS_MAX) return;
    const abort = new AbortController();
    const timer = window.setTimeout(() => abort.abort(), CHECK_MS_MAX);
    const alive = await fetch('/healthz', { cache: 'no-store', signal: abort.signal }).then(() => true, () => false);
    window.clearTimeout(timer);
    if (alive) this.#heardAt = Date.now();
    else if (this.#socket === socket) this.#mend();
  }

  readonly #hurry = (): void => {
    if (document.visibilityState === 'hidden' || this.#stopped) return;
    if (this.#socket?.readyState === WebSocket.OPEN) void this.#watch();
    else {
      this.#attempt = 0;
      this.#drop();
      this.#connect();
    }
  };
}
