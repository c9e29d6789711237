/** Words of the staff pages, a dictionary of their own beside the citizens' one. */

import en from '../lang/staff.en.json';
import vi from '../lang/staff.vi.json';
import { codeOf, ProblemError } from '../shared/api';
import { dictionary, problemWords, type Lang } from '../shared/words';

export type StaffKey = keyof typeof vi;

export const staffSay = dictionary<StaffKey>({ vi, en });

/** What went wrong, for staff: words for the code where there are any, else the server's own detail. */
export function troubleWords(lang: Lang, error: unknown): string {
  const key = `problem.${codeOf(error)}`;
  if (isStaffKey(key)) return staffSay(lang, key, { detail: error instanceof ProblemError ? error.message : '' });
  return problemWords(lang, codeOf(error));
}

/** What an act of the audit log is called; an act without a word stands as it is. */
export function actWords(lang: Lang, act: string): string {
  const key = `audit.${act}`;
  return isStaffKey(key) ? staffSay(lang, key) : act;
}

function isStaffKey(key: string): key is StaffKey {
  return Object.hasOwn(vi, key);
}
