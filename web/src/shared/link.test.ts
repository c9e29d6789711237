import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Message } from '../wire';
import { Link, type LineState } from './link';

/** A socket of the browser, moved by hand. */
class Socket {
  static all: Socket[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;

  constructor(readonly url: URL) {
    Socket.all.push(this);
  }

  close(): void {
    this.closed = true;
  }

  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const HELLO = { type: 'hello', server_time: '2026-11-23T08:00:00+07:00', build: 'one' };

let told: Message[] = [];
let states: LineState[] = [];

function link(): Link {
  const line = new Link(
    '/live/lobby',
    { onMessage: (message) => told.push(message), onState: (state) => states.push(state) },
    { resume: true },
  );
  return line.start();
}

const newest = (): Socket => Socket.all[Socket.all.length - 1]!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const window = { setTimeout, clearTimeout, setInterval, addEventListener: vi.fn(), removeEventListener: vi.fn() };
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', { ...window, visibilityState: 'visible' });
  vi.stubGlobal('location', new URL('http://office.test/kim-lien/lobby'));
  vi.stubGlobal('WebSocket', Socket);
  Socket.all = [];
  told = [];
  states = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('the live line of a page', () => {
  it('opens another beside a silent one, which takes over when it speaks', () => {
    link();
    const first = newest();
    first.says(HELLO);
    first.says({ type: 'board', seq: 7 });
    vi.advanceTimersByTime(5_000);
    const second = newest();
    expect(Socket.all.length).toBe(2);
    expect(second.url.searchParams.get('since')).toBe('7');
    expect(first.closed).toBe(false);
    second.says(HELLO);
    expect(first.closed).toBe(true);
    expect(states).toEqual(['live']);
  });

  it('goes on with the old one as long as it speaks, and tells no call twice', () => {
    link();
    const first = newest();
    first.says(HELLO);
    first.says({ type: 'board', seq: 7 });
    vi.advanceTimersByTime(5_000);
    first.says({ type: 'call', seq: 8 });
    first.says({ type: 'board', seq: 8 });
    const second = newest();
    for (const message of [HELLO, { type: 'call', seq: 8 }, { type: 'board', seq: 8 }, { type: 'call', seq: 9 }]) {
      second.says(message);
    }
    expect(told.filter((message) => message.type === 'call').map((call) => call.seq)).toEqual([8, 9]);
  });

  it('gives up a line that does not say hello, says so after five seconds, and is back within five of the cure', () => {
    link();
    newest().says(HELLO);
    newest().says({ type: 'board', seq: 7 });
    vi.advanceTimersByTime(5_000 + 3_000);
    expect(states).toEqual(['live', 'connecting']);
    vi.advanceTimersByTime(60_000);
    expect(states).toEqual(['live', 'connecting', 'offline']);
    const before = Socket.all.length;
    vi.advanceTimersByTime(5_000);
    expect(Socket.all.length).toBeGreaterThan(before);
    newest().says(HELLO);
    newest().says({ type: 'board', seq: 9 });
    expect(states).toEqual(['live', 'connecting', 'offline', 'live']);
    expect(Socket.all.filter((socket) => !socket.closed).length).toBe(1);
  });

  it('hears the next call of a server that was restored from a backup', () => {
    link();
    newest().says(HELLO);
    newest().says({ type: 'board', seq: 70 });
    newest().onclose?.();
    vi.advanceTimersByTime(1_000);
    for (const message of [HELLO, { type: 'board', seq: 5 }, { type: 'call', seq: 6 }]) newest().says(message);
    expect(told[told.length - 1]).toMatchObject({ type: 'call', seq: 6 });
  });
});
