/** The live line to the server: one WebSocket that is always being held or mended.
 *  Whole states come in; nothing goes out. The page hears `offline` only after five seconds without a line. */

import type { Message } from '../wire';
import { type Pauses, pauseMs } from './backoff';

/** Who listens: screens and consoles are few and come back first, phones may be thousands. */
export type Kind = 'screen' | 'phone';

export type LineState = 'connecting' | 'live' | 'offline';

export interface LinkHandlers {
  onMessage(message: Message): void;
  /** The line's state changed; `since` is when the last message came, null before the first. */
  onState?(state: LineState, since: number | null): void;
  /** Another build runs on the server. Without it the page reloads itself. */
  onNewBuild?(): void;
}

export interface LinkOptions {
  /** A screen where nothing is said. */
  kind?: Kind;
  /** Ask for the calls missed while the line was cut. */
  resume?: boolean;
}

const OFFLINE_AFTER_MS = 5_000;
const PAUSES: Record<Kind, Pauses> = { screen: { first: 1_000, most: 2_000 }, phone: { first: 3_000, most: 10_000 } };
/** A line that says nothing for so long may be dead, and a browser cannot see pings: another is opened beside it, which
 *  takes over when it speaks. */
const SILENT_MS_MAX: Record<Kind, number> = { screen: 4_000, phone: 60_000 };
/** `hello` comes at once; a line that takes longer to say it is given up. */
const HELLO_MS_MAX = 3_000;
const WATCH_EVERY_MS = 1_000;

export class Link {
  /** The server's clock minus this machine's, in milliseconds. */
  skewMs = 0;
  #socket: WebSocket | null = null;
  /** A line that has not spoken yet. */
  #next: WebSocket | null = null;
  #attempt = 0;
  #seq: number | null = null;
  #build: string | null = null;
  #heardAt: number | null = null;
  #state: LineState = 'connecting';
  #stopped = true;
  #timers: { retry?: number; offline?: number; hello?: number; watch?: number } = {};

  constructor(
    readonly path: string,
    readonly handlers: LinkHandlers,
    readonly options: LinkOptions = {},
  ) {}

  start(): this {
    this.#stopped = false;
    this.#timers.watch = window.setInterval(() => this.#watch(), WATCH_EVERY_MS);
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
    this.#next = socket;
    this.#timers.hello = window.setTimeout(() => this.#mend(), HELLO_MS_MAX);
    socket.onmessage = (event: MessageEvent<string>) => {
      if (this.#next === socket) this.#adopt(socket);
      this.#receive(event.data);
    };
    socket.onclose = () => this.#mend();
  }

  /** The new line speaks: the one before is let go. */
  #adopt(socket: WebSocket): void {
    window.clearTimeout(this.#timers.hello);
    this.#next = null;
    forget(this.#socket);
    this.#socket = socket;
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as Message;
    // The line before may have told it while this one was being opened.
    if (message.type === 'call' && this.#seq !== null && message.seq <= this.#seq) return;
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
    const pause = pauseMs(this.#attempt, PAUSES[this.#kind], Math.random());
    this.#attempt += 1;
    this.#timers.retry = window.setTimeout(() => this.#connect(), pause);
  }

  #cut(): void {
    if (this.#state === 'live') this.#tell('connecting');
    this.#timers.offline ??= window.setTimeout(() => this.#tell('offline'), OFFLINE_AFTER_MS);
  }

  #drop(): void {
    window.clearTimeout(this.#timers.retry);
    window.clearTimeout(this.#timers.hello);
    forget(this.#socket);
    forget(this.#next);
    this.#socket = null;
    this.#next = null;
  }

  #tell(state: LineState): void {
    if (state === this.#state && state !== 'live') return;
    const changed = state !== this.#state;
    this.#state = state;
    if (changed) this.handlers.onState?.(state, this.#heardAt);
  }

  #watch(): void {
    const silent = Date.now() - (this.#heardAt ?? 0) >= SILENT_MS_MAX[this.#kind];
    if (silent && this.#socket !== null && this.#next === null) this.#connect();
  }

  get #kind(): Kind {
    return this.options.kind ?? 'screen';
  }

  readonly #hurry = (): void => {
    if (document.visibilityState === 'hidden' || this.#stopped) return;
    if (this.#socket !== null) this.#watch();
    else {
      this.#attempt = 0;
      this.#drop();
      this.#connect();
    }
  };
}

function forget(socket: WebSocket | null): void {
  if (socket === null) return;
  socket.onmessage = null;
  socket.onclose = null;
  socket.close();
}
