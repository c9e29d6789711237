/** What the office calls its services, classes and counters. Pure. */

import { inLang, type Lang } from '../shared/words';
import type { Office, Ticket } from '../wire';
import { staffSay } from './words';

export function serviceName(office: Office | null, id: string, lang: Lang): string {
  const service = office?.services.find((each) => each.id === id);
  return service ? inLang(service.name, lang) : id;
}

export function className(office: Office | null, id: string, lang: Lang): string {
  const found = office?.classes.find((each) => each.id === id);
  return found ? inLang(found.name, lang) : id;
}

/** Whether a class is not the default one. */
export function isSpecial(office: Office | null, classId: string): boolean {
  return office !== null && office.classes[0]?.id !== classId;
}

/** Chips that matter when serving: class, wish for one, dossiers, assist, result. */
export function marksOf(ticket: Ticket, office: Office | null, lang: Lang): { text: string; tone: string }[] {
  const marks: { text: string; tone: string }[] = [];
  if (isSpecial(office, ticket.class)) marks.push({ text: className(office, ticket.class, lang), tone: 'gold' });
  if (ticket.asked !== null) {
    marks.push({ text: staffSay(lang, 'staff.asked', { name: className(office, ticket.asked, lang) }), tone: '' });
  }
  if (ticket.ready) marks.push({ text: staffSay(lang, 'staff.ready'), tone: 'green' });
  if (ticket.dossiers > 1) marks.push({ text: staffSay(lang, 'staff.dossiers', { n: ticket.dossiers }), tone: '' });
  if (ticket.assist) marks.push({ text: staffSay(lang, 'staff.assist'), tone: 'red' });
  if (ticket.lang !== lang) marks.push({ text: ticket.lang.toUpperCase(), tone: 'blue' });
  return marks;
}
