/** A believable morning in a ward office, played through the contract in a few seconds. */

import type { APIRequestContext } from '@playwright/test';

import type { Hall, Ticket } from './hall';

const MINUTE_MS = 60_000;
/** Arrivals in each half hour from 07:30 on. */
const ARRIVALS = [12, 29, 34, 33, 32, 30];
const SERVICES: readonly [string, number, number][] = [
  ['chung-thuc', 38, 5], ['ho-tich', 14, 12], ['dat-dai', 12, 17], ['bao-tro', 8, 12], ['kinh-te', 6, 14], ['cu-tru', 5, 12],
  ['truc-tuyen', 6, 18], ['tra-ket-qua', 11, 3],
];
const CLERKS = ['lan', 'minh', 'huong', 'tuan', 'hoa', 'dung', 'nga'];

interface Desk {
  id: number;
  clerk: APIRequestContext;
  ticket: Ticket | null;
  busyUntil: number;
}

/** From `start` (07:30) to `end`; afterwards a call is fresh, one counter is paused, and some tickets need a hand. */
export async function playMorning(hall: Hall, start: number, end: number): Promise<void> {
  const random = generator(20261123);
  const desks: Desk[] = [];
  for (const [index, user] of CLERKS.entries()) {
    desks.push({ id: index + 1, clerk: await hall.staff(user, 'clerk'), ticket: null, busyUntil: 0 });
  }
  for (let at = start; at <= end; at += MINUTE_MS) {
    await hall.server.moveClock(at);
    await arrive(hall, random, (at - start) / MINUTE_MS);
    for (const desk of desks) await work(hall, desk, random, at, start);
  }
  await leaveTraces(hall, desks);
}

async function arrive(hall: Hall, random: () => number, minute: number): Promise<void> {
  const rate = (ARRIVALS[Math.floor(minute / 30)] ?? 4) / 30;
  for (let left = rate; left > random(); left -= 1) {
    const [service] = pick(random);
    const priority = random() < 0.12 ? { class: 'priority' } : {};
    await hall.take(service, { ...priority, dossiers: random() < 0.1 ? 3 : 1 });
  }
}

async function work(hall: Hall, desk: Desk, random: () => number, at: number, start: number): Promise<void> {
  if (at < start + 30 * MINUTE_MS) return;
  if (at === start + 30 * MINUTE_MS) await hall.at(desk.clerk, desk.id, 'open');
  if (desk.ticket !== null && at < desk.busyUntil) return;
  if (desk.ticket !== null && random() < 0.35) {
    await hall.at(desk.clerk, desk.id, 'finish');
    await hall.rate(desk.ticket.id, random() < 0.7 ? 5 : 4);
  }
  const called = await hall.at(desk.clerk, desk.id, 'call');
  desk.ticket = called.ticket;
  if (desk.ticket === null) return;
  await hall.server.moveClock(at + 25_000);
  if (random() < 0.05) {
    await hall.at(desk.clerk, desk.id, 'absent');
    desk.ticket = null;
    return;
  }
  await hall.at(desk.clerk, desk.id, 'start');
  const typical = SERVICES.find(([id]) => id === called.ticket?.service)?.[2] ?? 8;
  desk.busyUntil = at + Math.max(1, Math.round(typical * (0.5 + random()))) * MINUTE_MS;
}

/** What a screen is looked at for: a fresh call, a pause, parked tickets, wishes for priority. */
async function leaveTraces(hall: Hall, desks: readonly Desk[]): Promise<void> {
  const [first, second, third, , fifth] = desks;
  if (!first || !second || !third || !fifth) return;
  for (const desk of [first, first, third]) {
    if (await serve(hall, desk)) await hall.at(desk.clerk, desk.id, 'park', { reason: 'Trình lãnh đạo ký' });
  }
  if (fifth.ticket) await hall.at(fifth.clerk, fifth.id, 'finish');
  await hall.at(fifth.clerk, fifth.id, 'pause', { reason: 'Giải lao' });
  await hall.takeAsCitizen('bao-tro', { class: 'priority', assist: true });
  await hall.takeAsCitizen('chung-thuc', { class: 'priority' });
  await serve(hall, first);
  await serve(hall, third);
  await hall.at(second.clerk, second.id, 'call');
}

/** Calls and starts whoever is next; false when nobody waits. */
async function serve(hall: Hall, desk: Desk): Promise<boolean> {
  const { ticket } = await hall.at(desk.clerk, desk.id, 'call');
  if (ticket !== null) await hall.at(desk.clerk, desk.id, 'start');
  return ticket !== null;
}

function pick(random: () => number): [string, number, number] {
  let at = random() * SERVICES.reduce((sum, [, share]) => sum + share, 0);
  for (const service of SERVICES) {
    at -= service[1];
    if (at < 0) return [...service];
  }
  return [...(SERVICES[0] ?? ['chung-thuc', 1, 5])];
}

/** Mulberry32: the same morning every time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
