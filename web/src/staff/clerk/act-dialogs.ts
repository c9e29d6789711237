/** What is asked before an act that needs more than a press. Pure templates; the answer is the request's body. */

import { html, type TemplateResult } from 'lit';

import { inLang, type Lang } from '../../shared/words';
import type { OptionGroup } from '../choice-dialog';
import type { Desk } from '../desk';
import type { NumberAndReason } from '../number-dialog';
import { staffSay } from '../words';
import type { Counter, Ticket } from '../../wire';
import type { Act } from './next-act';

/** The body of the request. */
export type Answer = { reason?: string; service?: string; counter?: number; number?: string };

export interface Asked {
  act: Act;
  counter: Counter;
  parked: readonly Ticket[];
  desk: Desk;
  language: Lang;
  busy: boolean;
}

const PARK_REASONS = ['clerk.park_sign', 'clerk.park_result', 'clerk.park_papers', 'clerk.park_pay'] as const;
const CHOICE_REASONS = ['clerk.choose_assist', 'clerk.choose_wrong', 'clerk.choose_leader'] as const;
const PAUSE_REASONS = ['clerk.pause_break', 'clerk.pause_meeting', 'clerk.pause_files', 'clerk.pause_technical'] as const;

/** The dialog of an act; `answer` gets null when it is closed. */
export function actDialog(asked: Asked, answer: (body: Answer | null) => void): TemplateResult {
  const { language } = asked;
  const number = asked.counter.ticket?.number ?? '';
  const choice = (heading: string, hint: string, groups: OptionGroup[], free: string, body: (id: string) => Answer) =>
    html`<choice-dialog
      .language=${language}
      .heading=${heading}
      .hint=${hint}
      .groups=${groups}
      .free=${free}
      @chosen=${(event: CustomEvent<string>) => answer(body(event.detail))}
      @wrote=${(event: CustomEvent<string>) => answer({ reason: event.detail })}
      @closed=${() => answer(null)}
    ></choice-dialog>`;
  const reasons = (keys: readonly Parameters<typeof staffSay>[1][]): OptionGroup[] => {
    const words = keys.map((key) => staffSay(language, key));
    return [{ label: '', options: words.map((word) => ({ id: word, label: word })) }];
  };
  const other = staffSay(language, 'clerk.other_reason');
  switch (asked.act) {
    case 'park':
      return choice(staffSay(language, 'clerk.park_title', { number }), '', reasons(PARK_REASONS), other, (reason) => ({ reason }));
    case 'pause':
      return choice(staffSay(language, 'clerk.pause_title'), '', reasons(PAUSE_REASONS), other, (reason) => ({ reason }));
    case 'transfer':
      return choice(
        staffSay(language, 'clerk.transfer_title', { number }),
        staffSay(language, 'clerk.transfer_hint'),
        targets(asked),
        '',
        (id) => (id.startsWith('counter:') ? { counter: Number(id.slice(8)) } : { service: id.slice(8) }),
      );
    case 'take_up':
      return choice(staffSay(language, 'clerk.take_up_title'), '', parkedTickets(asked), '', (id) => ({ number: id }));
    case 'choose':
      return html`<number-dialog
        .language=${language}
        .heading=${staffSay(language, 'clerk.choose_number_title')}
        .text=${staffSay(language, 'clerk.choose_number_text')}
        .confirm=${staffSay(language, 'clerk.choose_submit')}
        .presets=${CHOICE_REASONS.map((key) => staffSay(language, key))}
        ?busy=${asked.busy}
        @numbered=${(event: CustomEvent<NumberAndReason>) => answer({ ...event.detail })}
        @closed=${() => answer(null)}
      ></number-dialog>`;
    default:
      return html`<staff-dialog
        .language=${language}
        .heading=${staffSay(language, 'clerk.close_title')}
        .text=${staffSay(language, 'clerk.close_text')}
        .confirm=${staffSay(language, 'clerk.act_close')}
        ?busy=${asked.busy}
        @confirmed=${() => answer({})}
        @closed=${() => answer(null)}
      ></staff-dialog>`;
  }
}

/** The other services first, then the other counters. */
function targets({ desk, counter, language }: Asked): OptionGroup[] {
  const services = (desk.office?.services ?? [])
    .filter((service) => service.id !== counter.ticket?.service)
    .map((service) => ({ id: `service:${service.id}`, label: inLang(service.name, language) }));
  const counters = (desk.office?.counters ?? [])
    .filter((place) => place.id !== counter.id)
    .map((place) => ({ id: `counter:${place.id}`, label: inLang(place.name, language), ...stateOf(desk, place.id, language) }));
  return [
    { label: staffSay(language, 'clerk.transfer_service'), options: services },
    { label: staffSay(language, 'clerk.transfer_counter'), options: counters },
  ];
}

function stateOf(desk: Desk, id: number, language: Lang): { hint?: string } {
  const state = desk.board?.counters.find((each) => each.id === id)?.state;
  if (state === 'closed') return { hint: staffSay(language, 'clerk.counter_closed') };
  return state === 'paused' ? { hint: staffSay(language, 'clerk.counter_paused') } : {};
}

function parkedTickets({ parked, desk, language }: Asked): OptionGroup[] {
  const name = (id: string): string =>
    inLang(desk.office?.services.find((service) => service.id === id)?.name ?? { [language]: id }, language);
  return [{ label: '', options: parked.map((ticket) => ({ id: ticket.number, label: ticket.number, hint: name(ticket.service) })) }];
}
