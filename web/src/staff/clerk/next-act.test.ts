import { describe, expect, it } from 'vitest';

import type { Counter, Ticket } from '../../wire';
import { absentIn, nextAct, possible, type Act } from './next-act';

const ticket = (state: Ticket['state']): Ticket => ({
  id: 't1', number: 'A012', service: 'chung-thuc', then: [], class: 'normal', asked: null, lang: 'vi', state,
  ready: false, dossiers: 1, assist: false, issued_at: '2026-11-23T08:00:00.000+07:00', ahead: null, wait: null,
  counter: 1, called_at: '2026-11-23T08:10:00.000+07:00', rated: false, url: '/t/t1',
});

const counter = (part: Partial<Counter>): Counter => ({
  id: 1, state: 'open', clerk: 'lan', ticket: null, waiting: 3, lines: [], pause_reason: null,
  since: '2026-11-23T07:30:00.000+07:00', ticket_since: null, absent_from: null, why: null, ...part,
});

describe('the large button', () => {
  const cases: [string, Partial<Counter>, Act][] = [
    ['opens a closed counter', { state: 'closed' }, 'open'],
    ['goes on after a pause', { state: 'paused' }, 'open'],
    ['calls when the counter is free', {}, 'call'],
    ['calls even when nobody waits', { waiting: 0 }, 'call'],
    ['starts a called ticket', { ticket: ticket('called') }, 'start'],
    ['finishes and calls while people wait', { ticket: ticket('serving') }, 'finish_call'],
    ['only finishes when nobody waits', { ticket: ticket('serving'), waiting: 0 }, 'finish'],
    ['finishes what a paused counter still serves', { state: 'paused', ticket: ticket('serving') }, 'finish'],
  ];
  it.each(cases)('%s', (_, part, act) => expect(nextAct(counter(part))).toBe(act));

  it('never proposes what cannot be pressed', () => {
    for (const [, part] of cases) expect(possible(nextAct(counter(part)), counter(part), 0)).toBe(true);
  });
});

describe('an alarm', () => {
  const serving = counter({ ticket: ticket('serving') });

  it('stops every call', () => {
    const called = counter({ ticket: ticket('called') });
    for (const act of ['call', 'choose', 'take_up'] as const) {
      expect(possible(act, counter({}), 0)).toBe(true);
      expect(possible(act, counter({}), 0, true)).toBe(false);
    }
    expect(possible('recall', called, 0, true)).toBe(false);
    expect(possible('finish_call', serving, 0, true)).toBe(false);
  });

  it('lets a visit end', () => {
    expect(nextAct(serving, true)).toBe('finish');
    expect(possible('finish', serving, 0, true)).toBe(true);
  });
});

describe('absent', () => {
  const called = counter({ ticket: ticket('called'), absent_from: '2026-11-23T08:11:00.000+07:00' });
  const at = (time: string): number => Date.parse(`2026-11-23T${time}+07:00`);

  it('counts whole seconds down, rounded up', () => {
    expect(absentIn(called, at('08:10:00.000'))).toBe(60);
    expect(absentIn(called, at('08:10:59.001'))).toBe(1);
    expect(absentIn(called, at('08:11:00.000'))).toBe(0);
  });

  it('is possible from that moment on, and only for a called ticket', () => {
    expect(possible('absent', called, at('08:10:59.999'))).toBe(false);
    expect(possible('absent', called, at('08:11:00.000'))).toBe(true);
    expect(possible('absent', counter({ ticket: ticket('serving') }), at('09:00:00.000'))).toBe(false);
  });
});
