import type { Page } from 'playwright-core';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { DEMO_ADDRESS, fillWithDemo } from '../journeys/demo-mailbox.js';
import { accountOn, addAccount, startFetch } from '../journeys/mailbox.js';
import { done, type Recorded, type Requests } from '../journeys/requests.js';
import { ADMIN, RunningService } from '../journeys/running-service.js';
import { waitUntil } from '../journeys/wait-until.js';
import { autoconfig, MailWorld } from '../mail-world.js';
import { OpenIdServer } from '../openid-server.js';
import { freePort } from '../ports.js';
import { SmtpSink } from '../smtp-sink/smtp-sink.js';
import { Browser, type Language, violations } from './browser.js';
import { builtPage } from './built-page.js';

/** A first fetch beside other work. */
const START_MS = 120_000;

/** Limit of one journey: tests share the processor. */
export const JOURNEY_MS = 240_000;

export const PASSWORD = 'violet-harbour-lantern';
const PEOPLE = { ben: 'Ben Nowak', lena: 'Lena Maj', zoe: 'Zoe Adamska' } as const;
interface Attempt {
  by: { id: string } | null;
  action: string | null;
  reason: string;
}

export type Person = 'admin' | 'olga' | keyof typeof PEOPLE;

export const OFFICE = 'office@example.test';
/** An address with published servers, so that password and address are enough to add it. */
export const PUBLISHED = 'clara@published.test';
const USERS = { [DEMO_ADDRESS]: 'secret of anna', [OFFICE]: 'secret of the office' };

/**
 * The service with its page, a real Dovecot, an SMTP server and a browser. Ben and Zoe may use the account of Anna;
 * Lena has none, and Olga is an auditor.
 */
export class PageWorld {
  private readonly ids = new Map<Person, string>();
  private again: RunningService | undefined;
  private readonly open = new Map<Page, Person>();

  private constructor(
    readonly service: RunningService,
    readonly mail: MailWorld,
    readonly dovecot: Dovecot,
    readonly sink: SmtpSink,
    readonly browser: Browser,
    readonly admin: Requests,
    readonly pageDir: string,
    /** the company's provider; it knows one person, the user Rita */
    readonly provider: OpenIdServer,
    private readonly env: Record<string, string>,
  ) {}

  /** ids of the accounts of Anna and of the office */
  anna = '';
  office = '';

  static async start(): Promise<PageWorld> {
    const hosts = ['autoconfig.published.test', 'mail.published.test'];
    const pageDir = await builtPage();
    const [mail, dovecot, sink, browser] = await Promise.all([
      MailWorld.start({ users: { [PUBLISHED]: PASSWORD }, hosts }),
      startDovecot({ users: USERS }),
      SmtpSink.start(),
      Browser.start(),
    ]);
    mail.has(...hosts);
    const { imaps, submissions } = mail.ports;
    const at = (port: number) => ({ host: 'mail.published.test', port, username: '%EMAILADDRESS%' });
    mail.shows('https://autoconfig.published.test/mail/config-v1.1.xml', autoconfig(at(imaps), at(submissions)));
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const provider = await companyProvider(url);
    const env = { PORT: port, PUBLIC_URL: url, WATCH_MAIL: 'true', ...provider.env };
    const service = await RunningService.start({ env, config: { ...mail.config, pageDir } });
    const admin = await service.signedIn();
    const world = new PageWorld(service, mail, dovecot, sink, browser, admin, pageDir, provider.server, env);
    await world.inhabit();
    return world;
  }

  idOf(person: Person): string {
    return this.ids.get(person)!;
  }

  /** A tab of a signed-in person. */
  async tab(person: Person, path: string, language: Language = 'en'): Promise<Page> {
    const context = await this.browser.person(language);
    const data = { email: emailOf(person), password: person === 'admin' ? ADMIN.password : PASSWORD };
    const answer = await context.request.post(`${this.service.url}/api/session`, { data });
    if (!answer.ok()) throw new Error(`${person} is not signed in: ${await answer.text()}`);
    const page = await context.newPage();
    this.open.set(page, person);
    await page.goto(this.service.url + path);
    return page;
  }

  /** @throws Error if the page breaks a rule of axe in a language, or if a script has failed since the last check */
  async check(page: Page, name: string): Promise<void> {
    const found = [...(await violations(page, name)), ...this.browser.taken()];
    if (found.length > 0) throw new Error(`the page is at fault:\n${found.join('\n')}`);
  }

  /** Refused requests of a person on record: the page asks for nothing that the person may not have. */
  async attemptsOf(person: Person): Promise<string[]> {
    const { items } = done(await this.admin.get<{ items: Attempt[] }>('/api/attempts?limit=200'));
    return items.filter(({ by }) => by?.id === this.idOf(person)).map(({ action, reason }) => `${action}: ${reason}`);
  }

  /** Delivers a letter to the mailbox of Anna, as the mail server of its sender does. */
  async deliver(subject: string, { from = 'Kim Kees <kim@kiosk.example>', body = 'Hello Anna.' } = {}): Promise<void> {
    const lines = [
      `From: ${from}`,
      `To: ${DEMO_ADDRESS}`,
      `Subject: ${subject}`,
      `Message-ID: <${subject.replaceAll(/\W+/g, '-')}@kiosk.example>`,
      `Date: ${new Date().toUTCString()}`,
      ...(body.startsWith('<') ? ['MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8'] : []),
      '',
      body,
      '',
    ];
    await this.dovecot.deliver(DEMO_ADDRESS, 'INBOX', Buffer.from(lines.join('\r\n')));
  }

  /** Ends the tabs of a journey. */
  async closeTabs(): Promise<void> {
    for (const page of this.open.keys()) await page.context().close();
    this.open.clear();
  }

  /** Stops the service. @returns starts it again at the same address */
  async goAway(): Promise<() => Promise<void>> {
    const { service, mail } = this;
    const running = this.again ?? service;
    await running.end();
    return async () => {
      this.again = await RunningService.start({
        beside: service,
        env: this.env,
        config: { ...mail.config, pageDir: this.pageDir },
      });
    };
  }

  async stop(): Promise<void> {
    await this.again?.end();
    await this.browser.stop();
    await this.service.stop();
    await Promise.all([this.mail.stop(), this.dovecot.stop(), this.sink.stop(), this.provider.stop()]);
  }

  private async inhabit(): Promise<void> {
    const { admin, dovecot, sink } = this;
    await fillWithDemo(dovecot);
    const add = async (name: string, person: Person, role: string): Promise<void> => {
      const body = { name, email: emailOf(person), role, password: PASSWORD };
      this.ids.set(person, done(await admin.post<Recorded>('/api/users', body)).id);
    };
    for (const [person, name] of Object.entries(PEOPLE)) await add(name, person as Person, 'user');
    await add('Olga Lis', 'olga', 'auditor');
    this.ids.set('admin', done(await admin.get<{ id: string }>('/api/me')).id);
    const servers = { imapPort: dovecot.imapPort, smtpPort: 0 };
    const account = async (address: string, settings: object): Promise<string> => {
      const outgoing = sink.settings;
      const body = accountOn(servers, address, dovecot.users[address]!, { outgoing, ...settings });
      return (await addAccount(admin, body)).id;
    };
    const users = [this.idOf('ben'), this.idOf('zoe')];
    this.anna = await account(DEMO_ADDRESS, { name: 'Sales', createContacts: true, createTasks: true, users });
    this.office = await account(OFFICE, { name: 'Office' });
    for (const id of [this.anna, this.office]) {
      await startFetch(admin, id);
      await waitUntil(
        () => admin.get<{ lastFetchedAt: string | null }>(`/api/accounts/${id}`),
        ({ body }) => body.lastFetchedAt !== null,
        START_MS,
      );
    }
    await this.service.settled(START_MS);
    await waitUntil(
      () => admin.get<{ items: unknown[] }>('/api/contacts?limit=1'),
      ({ body }) => body.items.length === 1,
    );
  }
}

/** @param url of the service */
async function companyProvider(url: string): Promise<{ server: OpenIdServer; env: Record<string, string> }> {
  const secret = 'secret of the service';
  const server = await OpenIdServer.start({
    clients: [{ id: 'mailroom', secret, redirectUris: [`${url}/api/session/openid/callback`] }],
    people: { rita: { email: 'rita@mailroom.test', email_verified: true, name: 'Rita Sowa', roles: 'staff' } },
    claimsIn: 'id-token',
  });
  return {
    server,
    env: {
      OIDC_ISSUER: server.issuer,
      OIDC_CLIENT_ID: 'mailroom',
      OIDC_CLIENT_SECRET: secret,
      OIDC_ROLE_CLAIM: 'roles',
      OIDC_ROLES: 'staff=user',
    },
  };
}

export const emailOf = (person: Person): string => (person === 'admin' ? ADMIN.email : `${person}@mailroom.test`);
