/** A hall for one test: a server, people with their browsers, and what they do through the contract.
 *  At the end no page may have had an error, a broken policy, or a dialog. */

import { test as base, expect, request, type APIRequestContext, type Browser, type BrowserContext, type Page } from '@playwright/test';

import { ADMIN_PASSWORD, Server } from './server';

export { expect };

/** The password of everybody but the administrator. */
export const PASSWORD = 'mat-khau-can-bo';

/** Screens of the real devices. */
export const SCREENS = {
  kiosk: { width: 1080, height: 1920 },
  lobby: { width: 1920, height: 1080 },
  laptop: { width: 1366, height: 768 },
  desk: { width: 1440, height: 1230 },
  phone: { width: 360, height: 800 },
  tablet: { width: 820, height: 1180 },
} as const;

export type Role = 'clerk' | 'supervisor' | 'admin';
export interface Ticket {
  id: string;
  number: string;
  state: string;
  url: string;
  class: string;
  service: string;
}

/** A browser logs every refusal of a request as an error; refusals are part of the work. */
const REFUSAL = /^Failed to load resource: the server responded with a status of (401|403|404|409|422)/;
/** What a browser logs while the server takes nothing. */
const UNAVAILABLE = /^Failed to load resource: the server responded with a status of 503/;
/** What a browser logs while the line is cut. */
const CUT = /Failed to load resource: net::ERR_|WebSocket connection to .* failed/;

/** How a page is visited. */
interface Visit {
  screen?: keyof typeof SCREENS;
  user?: string;
  lang?: 'vi' | 'en';
  /** Done to the empty page first. */
  prepare?: (page: Page) => Promise<void>;
}

export class Hall {
  private readonly contexts: BrowserContext[] = [];
  private readonly trouble: string[] = [];
  private readonly users = new Set<string>();
  /** Whether the test cuts lines, so that network errors are expected. */
  cuts = false;
  /** Whether the test breaks the server's disk, so that it may say 503. */
  private watched = false;

  private constructor(
    readonly server: Server,
    private readonly browser: Browser,
    private readonly admin: APIRequestContext,
    readonly office: string,
  ) {}

  static async open(browser: Browser, files: string[], office: string, clock?: number, watched = false): Promise<Hall> {
    const server = await Server.start(files, clock, watched);
    const admin = await request.newContext({ baseURL: server.url });
    const hall = new Hall(server, browser, admin, office);
    hall.watched = watched;
    await hall.signIn(admin, 'admin', ADMIN_PASSWORD);
    return hall;
  }

  async close(): Promise<void> {
    for (const context of this.contexts) await context.close();
    await this.admin.dispose();
    await this.server.stop();
    expect(this.trouble, 'errors on the pages').toEqual([]);
  }

  /** Somebody of the staff, made when first asked for. */
  async staff(user: string, ...roles: Role[]): Promise<APIRequestContext> {
    if (!this.users.has(user)) {
      await answered(this.admin.post('/api/v1/users', { data: { user, password: PASSWORD, roles } }));
      this.users.add(user);
    }
    const context = await request.newContext({ baseURL: this.server.url });
    await this.signIn(context, user, PASSWORD);
    return context;
  }

  /** A browser window at a page of the office, signed in as `user` where one is named. */
  async visit(path: string, options: Visit = {}): Promise<Page> {
    const context = await this.browser.newContext({
      baseURL: this.server.url,
      viewport: SCREENS[options.screen ?? 'laptop'],
      locale: options.lang === 'en' ? 'en-GB' : 'vi-VN',
      timezoneId: 'Asia/Ho_Chi_Minh',
    });
    this.contexts.push(context);
    if (options.user !== undefined) {
      await this.signIn(context.request, options.user, options.user === 'admin' ? ADMIN_PASSWORD : PASSWORD);
    }
    const page = await context.newPage();
    this.watch(page);
    await options.prepare?.(page);
    const place = path.startsWith('/') ? path : `/${this.office}/${path}`;
    await page.goto(options.lang === undefined ? place : `${place}?lang=${options.lang}`);
    return page;
  }

  /** A number, taken by nobody in particular; by reception where a session is given. */
  async take(service: string, more: object = {}, by: APIRequestContext = this.admin): Promise<Ticket> {
    return answered(by.post(this.path('/tickets'), { data: { service, ...more } }));
  }

  /** A number from the kiosk: without a session. */
  async takeAsCitizen(service: string, more: object = {}): Promise<Ticket> {
    const citizen = await request.newContext({ baseURL: this.server.url });
    const ticket = await this.take(service, more, citizen);
    await citizen.dispose();
    return ticket;
  }

  async ticket(id: string): Promise<Ticket> {
    return answered(this.admin.get(this.path(`/tickets/${id}`)));
  }

  /** An act of a clerk at a counter. */
  async at(clerk: APIRequestContext, counter: number, act: string, data: object = {}): Promise<{ ticket: Ticket | null }> {
    return answered(clerk.post(this.path(`/counters/${counter}/${act}`), { data }));
  }

  /** A citizen rates the visit. */
  async rate(id: string, score: number): Promise<void> {
    await answered(this.admin.post(this.path(`/tickets/${id}/rating`), { data: { score } }));
  }

  /** An act of the administrator on the office. */
  async lead(path: string, data: object = {}): Promise<unknown> {
    return answered(this.admin.post(this.path(path), { data }));
  }

  /** Waits until `/readyz` answers so: the server looks at its disk every two seconds. */
  async untilReadyIs(status: 200 | 503): Promise<void> {
    await expect.poll(async () => (await this.admin.get('/readyz')).status(), { timeout: 15_000 }).toBe(status);
  }

  path(rest: string): string {
    return `/api/v1/offices/${this.office}${rest}`;
  }

  private async signIn(context: APIRequestContext, user: string, password: string): Promise<void> {
    await answered(context.post(`${this.server.url}/api/v1/session`, { data: { user, password } }));
  }

  private watch(page: Page): void {
    page.on('console', (message) => {
      const text = message.text();
      const expected = REFUSAL.test(text) || (this.cuts && CUT.test(text)) || (this.watched && UNAVAILABLE.test(text));
      if (message.type() === 'error' && !expected) this.trouble.push(`${page.url()}: ${text}`);
    });
    page.on('pageerror', (error) => this.trouble.push(`${page.url()}: ${error.message}`));
    page.on('dialog', (dialog) => {
      if (dialog.type() !== 'beforeunload') this.trouble.push(`${page.url()}: a dialog says ${dialog.message()}`);
      void dialog.accept().catch(() => undefined);
    });
  }
}

async function answered<T>(call: Promise<{ ok(): boolean; status(): number; url(): string; text(): Promise<string> }>): Promise<T> {
  const response = await call;
  const text = await response.text();
  if (!response.ok()) throw new Error(`${response.url()} answered ${response.status()}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export const test = base.extend<{ hall: Hall; files: string[]; office: string; clock: number | undefined; watched: boolean }>({
  files: [['ward.toml'], { option: true }],
  office: ['kim-lien', { option: true }],
  /** Where the server's clock starts, if not at the true time. */
  clock: [undefined, { option: true }],
  /** Whether the server's disk can be made to fail. */
  watched: [false, { option: true }],
  hall: async ({ browser, files, office, clock, watched }, use) => {
    const hall = await Hall.open(browser, files, office, clock, watched);
    await use(hall);
    await hall.close();
  },
});

/** The question in the middle of the screen, with what the page has put into it. */
export function dialog(page: Page): ReturnType<Page['locator']> {
  return page.locator('staff-dialog, choice-dialog');
}

/** The large button of the clerk's page. */
export function large(page: Page, name: string): ReturnType<Page['locator']> {
  return page.locator('button.next', { hasText: name });
}

/** The ticket in the clerk's hands. */
export function card(page: Page): ReturnType<Page['locator']> {
  return page.locator('ticket-card');
}

/** A clerk sits down at a counter. */
export async function sit(page: Page, counter: number): Promise<void> {
  await page.locator('choose-counter').getByRole('button', { name: `Quầy số ${counter}` }).click();
  await expect(large(page, 'Gọi số tiếp theo')).toBeEnabled();
}
