/** Whoever works at a staff page: office, session, language, and the hall's board that every page needs.
 *  A Lit controller; the page asks it and is drawn again when something changes. */

import type { ReactiveController, ReactiveControllerHost } from 'lit';

import { codeOf, officePath, ProblemError, read, readOffice, send } from '../shared/api';
import { Link, type LineState } from '../shared/link';
import { officeOfPath } from '../shared/place';
import { isLang, nearestLang, type Lang } from '../shared/words';
import type { Board, Office, Role, Session } from '../wire';

export type Stage = 'loading' | 'away' | 'no-office' | 'sign-in' | 'must-change' | 'not-allowed' | 'ready';

const ROLES: readonly Role[] = ['clerk', 'supervisor', 'admin'];
const LANG_KEPT = 'queue-staff-lang';
const RETRY_MS = 3_000;

export class Desk implements ReactiveController {
  stage: Stage = 'loading';
  office: Office | null = null;
  session: Session | null = null;
  board: Board | null = null;
  /** Whether a session ended by itself, so that the sign-in says so. */
  expired = false;
  line: LineState = 'connecting';
  /** When the last message came, once the line is cut. */
  heardAt: number | null = null;
  lang: Lang;
  readonly officeId = officeOfPath(location.pathname);
  #link: Link | null = null;
  #retry: number | undefined;

  /** `onReady` runs each time somebody who may work here has signed in. */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly least: Role,
    private readonly onReady: () => void,
  ) {
    const asked = new URLSearchParams(location.search).get('lang');
    this.lang = asked !== null && isLang(asked) ? asked : keptLang();
    host.addController(this);
  }

  hostConnected(): void {
    void this.load();
  }

  hostDisconnected(): void {
    window.clearTimeout(this.#retry);
    this.#link?.stop();
  }

  /** `/api/v1/offices/{office}` plus `rest`. */
  path(rest = ''): string {
    return `${officePath(this.officeId)}${rest}`;
  }

  /** Whether the person has `role` or a bigger one. */
  may(role: Role): boolean {
    const held = (this.session?.roles ?? []).map((each) => ROLES.indexOf(each));
    return Math.max(-1, ...held) >= ROLES.indexOf(role);
  }

  /** The server's clock, in milliseconds since 1970. */
  now(): number {
    return this.#link?.now() ?? Date.now();
  }

  get alarm(): boolean {
    return this.board?.alarm ?? this.office?.alarm ?? false;
  }

  setLang(lang: Lang): void {
    this.lang = lang;
    try {
      localStorage.setItem(LANG_KEPT, lang);
    } catch {
      // A browser that keeps nothing asks again next time.
    }
    this.host.requestUpdate();
  }

  async load(): Promise<void> {
    try {
      this.office = await readOffice(this.officeId);
      this.#watch();
      await this.refreshSession();
    } catch (error) {
      const missing = error instanceof ProblemError && error.problem.status === 404;
      this.#enter(missing ? 'no-office' : 'away');
      if (!missing) this.#retry = window.setTimeout(() => void this.load(), RETRY_MS);
    }
  }

  /** Reads the office anew, after its layout changed. */
  async refreshOffice(): Promise<void> {
    this.office = await readOffice(this.officeId);
    this.host.requestUpdate();
  }

  /** Who is signed in, if anybody. */
  async refreshSession(): Promise<void> {
    try {
      this.admit(await read<Session>('/api/v1/session'));
    } catch (error) {
      if (!this.refused(error)) throw error;
    }
  }

  /** Takes in a session: the page opens, unless the password or the role stand in the way. */
  admit(session: Session): void {
    this.session = session;
    this.expired = false;
    if (session.must_change) this.#enter('must-change');
    else if (!this.may(this.least)) this.#enter('not-allowed');
    else if (this.stage !== 'ready') {
      this.#enter('ready');
      this.onReady();
    }
  }

  /** Ends the session and forgets all that the page knew under it. */
  async signOut(): Promise<void> {
    await send('/api/v1/session', {}, { method: 'DELETE' }).catch(() => undefined);
    location.reload();
  }

  /** Whether an error means that nobody is signed in; then the sign-in shows. */
  refused(error: unknown): boolean {
    if (codeOf(error) === 'must-change-password') {
      this.#enter('must-change');
      return true;
    }
    if (codeOf(error) !== 'not-signed-in') return false;
    this.expired = this.session !== null;
    this.session = null;
    this.#enter('sign-in');
    return true;
  }

  #enter(stage: Stage): void {
    this.stage = stage;
    this.host.requestUpdate();
  }

  #watch(): void {
    this.#link ??= new Link(
      this.path('/live/lobby'),
      {
        onMessage: (message) => {
          if (message.type !== 'board') return;
          this.board = message.board;
          this.host.requestUpdate();
        },
        onState: (state, heardAt) => {
          const back = state === 'live' && this.line !== 'live';
          this.line = state;
          this.heardAt = heardAt;
          this.host.requestUpdate();
          // A restart may have ended the session; the live lines of staff cannot tell by themselves.
          if (back && this.stage === 'ready') void this.refreshSession().catch(() => undefined);
        },
      },
    ).start();
  }
}

function keptLang(): Lang {
  try {
    const kept = localStorage.getItem(LANG_KEPT);
    if (kept !== null) return nearestLang(kept);
  } catch {
    // No memory: the language of the house.
  }
  return 'vi';
}
