import type { BrowserContext, Page } from 'playwright-core';
import { tokensName } from '../../src/accounts/account.events.js';
import { addAccount, startFetch } from '../journeys/mailbox.js';
import { done, type Requests } from '../journeys/requests.js';
import { ADMIN, RunningService } from '../journeys/running-service.js';
import { waitUntil } from '../journeys/wait-until.js';
import { autoconfig, MailWorld } from '../mail-world.js';
import { freePort } from '../ports.js';
import { SignInWorld } from '../sign-in-world.js';
import { Browser, speak, violations } from './browser.js';
import { builtPage } from './built-page.js';

const MAILBOXES = { google: 'anna@at-google.test', microsoft: 'ben@at-microsoft.test' } as const;
const HOSTS = [
  ...['imap.gmail.com', 'smtp.gmail.com', 'outlook.office365.com', 'smtp.office365.com'],
  'autoconfig.at-microsoft.test',
];
const WITH_PASSWORD = 'cleo@office.test';

let world: SignInWorld;
/** the internet in which the servers of both providers are found */
let mail: MailWorld;
let service: RunningService;
let browser: Browser;
let context: BrowserContext;
let admin: Requests;

beforeAll(async () => {
  const port = String(await freePort());
  const publicUrl = `http://127.0.0.1:${port}`;
  const [google, microsoft] = [MAILBOXES.google, MAILBOXES.microsoft];
  mail = await MailWorld.start({ users: {}, hosts: HOSTS });
  mail.has(...HOSTS);
  mail.names.know('at-google.test', { mx: ['aspmx.l.google.com'] });
  const { imaps, submissions } = mail.ports;
  mail.shows(
    'https://autoconfig.at-microsoft.test/mail/config-v1.1.xml',
    autoconfig({ host: 'outlook.office365.com', port: imaps }, { host: 'smtp.office365.com', port: submissions }),
  );
  world = await SignInWorld.start({
    people: Object.fromEntries([google, microsoft].map((email) => [email, { email, preferred_username: email }])),
    users: Object.fromEntries([google, microsoft, WITH_PASSWORD].map((email) => [email, `password of ${email}`])),
    publicUrl,
  });
  const { env, config } = world.service;
  const pageDir = await builtPage();
  service = await RunningService.start({
    env: { ...env, PORT: port },
    config: {
      ...mail.config,
      ...config,
      mailWorld: { ...mail.config.mailWorld, ca: `${config.mailWorld.ca}\n${mail.ca}` },
      pageDir,
    },
  });
  admin = await service.signedIn();
  browser = await Browser.start();
  context = await browser.person();
  await context.request.post(`${service.url}/api/session`, { data: ADMIN });
  // Stands for the pages of the provider: the person of the mailbox signs in there, and consents.
  await context.route('**/api/oauth/*/start?*', async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    const to = answer.headers()['location']!;
    const back = await world.provider.signIn(to, new URL(to).searchParams.get('login_hint')!);
    await route.fulfill({ response: answer, headers: { ...answer.headers(), location: back.href } });
  });
}, 240_000);
afterAll(async () => {
  await browser?.stop();
  await service?.stop();
  await Promise.all([world?.stop(), mail?.stop()]);
});

async function check(page: Page, name: string): Promise<void> {
  expect([...(await violations(page, name)), ...browser.taken()]).toEqual([]);
}

it.each([
  ['google', 'Google'],
  ['microsoft', 'Microsoft'],
] as const)(
  'adds a mailbox at %s through the page of the provider, and comes back to it',
  async (signIn, provider) => {
    const page = await context.newPage();
    await page.goto(`${service.url}/accounts?add=true`);
    await page.getByLabel('Address').fill(MAILBOXES[signIn]);
    const onwards = page.getByRole('button', { name: `Continue with ${provider}` });
    await onwards.waitFor();
    await page.getByRole('button', { name: /Detailed set-up/ }).click();
    for (const [title, server] of [
      ['Incoming server (IMAP)', world.servers.incoming],
      ['Outgoing server (SMTP)', world.servers.outgoing],
    ] as const) {
      const fields = page.getByRole('group', { name: title });
      await fields.getByLabel('Host').fill(server.host);
      await fields.getByLabel('Port').fill(String(server.port));
      await fields.getByLabel('Encryption').selectOption(server.security);
    }
    await check(page, `provider-adding-${signIn}`);
    await onwards.click();
    await page.getByRole('heading', { name: MAILBOXES[signIn], level: 1 }).waitFor();
    await page.getByText('Connected', { exact: true }).waitFor();
    await check(page, `provider-added-${signIn}`);
    await page.close();
  },
  240_000,
);

it('names a withdrawn sign-in in the language of the person, and leads to the provider again', async () => {
  const { items } = done(await admin.get<{ items: { id: string; address: string }[] }>('/api/accounts?q=at-google'));
  const { id } = items[0]!;
  const { vault } = service.service.platform;
  const tokens = JSON.parse((await vault.reveal(tokensName(id), 1))!) as object;
  await vault.replace(tokensName(id), 1, JSON.stringify({ ...tokens, expiresAt: Date.now() }));
  world.provider.forgetGrants();
  const page = await context.newPage();
  await page.goto(`${service.url}/accounts/${id}`);
  await page.getByRole('button', { name: 'Fetch mail' }).click();
  await page.getByText('The sign-in with Google has run out.').waitFor();
  await check(page, 'provider-ran-out');
  await speak(page, 'pl');
  await page.getByText('Logowanie przez Google wygasło.').waitFor();
  await page.getByText('Ostatnie pobieranie nie powiodło się. Konto wymaga ponownego zalogowania').waitFor();
  await speak(page, 'en');
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await page.getByText('Connected', { exact: true }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/accounts/${id}`);
  await page.close();
}, 240_000);

it('says in Polish why an account fails, and keeps the report of the mail server apart', async () => {
  const { incoming, outgoing } = world.servers;
  const body = { address: WITH_PASSWORD, password: 'a wrong one', incoming, outgoing };
  const { id } = await addAccount(admin, body, '?skipTest=true');
  await startFetch(admin, id);
  await waitUntil(
    () => admin.get<{ status: string }>(`/api/accounts/${id}`),
    ({ body: { status } }) => status === 'failing',
  );
  const page = await context.newPage();
  await page.goto(`${service.url}/accounts`);
  await speak(page, 'pl');
  const row = page.getByRole('row').filter({ hasText: WITH_PASSWORD });
  await row.getByText('Serwer poczty przychodzącej odrzucił logowanie.').waitFor();
  await row.getByText('Sprawdź login i hasło').waitFor();
  expect(await row.innerText()).not.toContain('Authentication failed');
  await check(page, 'accounts-failing');
  await speak(page, 'pl');
  await row.getByRole('link', { name: WITH_PASSWORD }).click();
  await page.getByText('Serwer poczty przychodzącej odrzucił logowanie.').first().waitFor();
  await page.getByText('Raport techniczny').click();
  await page.getByText(/Authentication failed/).waitFor();
  await check(page, 'account-failing');
}, 240_000);

it('comes back to the account from a declined sign-in, and says so in the language of the person', async () => {
  const { items } = done(await admin.get<{ items: { id: string; address: string }[] }>('/api/accounts?q=at-google'));
  const { id } = items[0]!;
  const declining = await browser.person();
  await declining.request.post(`${service.url}/api/session`, { data: ADMIN });
  // Stands for the pages of the provider, where the person declines.
  await declining.route('**/api/oauth/*/start?*', async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    const { origin, searchParams: asked } = new URL(answer.headers()['location']!);
    const back = new URL(asked.get('redirect_uri')!);
    const refusal = { error: 'access_denied', state: asked.get('state')!, iss: origin };
    back.search = new URLSearchParams(refusal).toString();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), location: back.href } });
  });
  const page = await declining.newPage();
  await page.goto(`${service.url}/accounts/${id}`);
  await speak(page, 'pl');
  const returnTo = encodeURIComponent(`/accounts/${id}?tab=history`);
  await page.goto(`${service.url}/api/oauth/google/start?accountId=${id}&returnTo=${returnTo}`);
  await page.getByText('Logowanie odrzucono na stronie dostawcy.').waitFor();
  expect(page.url()).toBe(`${service.url}/accounts/${id}?tab=history`);
  await check(page, 'provider-declined');
  await page.goto(`${service.url}/attempts`);
  await speak(page, 'pl');
  await page.getByRole('row').filter({ hasText: 'Logowanie do skrzynki u jej dostawcy' }).first().waitFor();
  await check(page, 'attempts');
  await declining.close();
}, 240_000);
