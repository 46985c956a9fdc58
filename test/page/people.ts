import type { Page } from 'playwright-core';
import { DEMO_ADDRESS } from '../journeys/demo-mailbox.js';
import { done } from '../journeys/requests.js';
import { waitUntil } from '../journeys/wait-until.js';
import { speak } from './browser.js';
import { JOURNEY_MS, emailOf, type PageWorld } from './page-world.js';

const told = (page: Page, text: string | RegExp) => page.getByRole('region', { name: 'Notices' }).getByText(text);

interface Sent {
  messageId: string;
  sending: { state: string };
}

/** A report of a mail server (RFC 3464). @param messageId of the message that it did not deliver */
const reportAbout = (messageId: string, address: string): string =>
  [
    'Return-Path: <>',
    'From: Mail Delivery System <MAILER-DAEMON@relay.example>',
    `To: ${DEMO_ADDRESS}`,
    'Subject: Undelivered Mail Returned to Sender',
    'Message-ID: <report-about-rob@relay.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; relay.example',
    '',
    `Final-Recipient: rfc822; ${address}`,
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 no such user',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${messageId}`,
    `From: ${DEMO_ADDRESS}`,
    '--b--',
    '',
  ].join('\r\n');

export function people(world: () => PageWorld): void {
  it(
    'opens the mail of a person without any account at the first grant',
    async () => {
      const page = await world().tab('lena', '/');
      await page.getByRole('heading', { name: 'You have no mail account yet' }).waitFor();
      await world().check(page, 'no-module');
      expect(await world().attemptsOf('lena')).toEqual([]);
      const { admin, office } = world();
      done(await admin.put(`/api/accounts/${office}/access/${world().idOf('lena')}`));
      await page.getByRole('navigation', { name: 'Mailboxes' }).waitFor();
      await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
      await world().check(page, 'mail-empty');
      done(await admin.delete(`/api/accounts/${office}/access/${world().idOf('lena')}`));
      await page.getByRole('heading', { name: 'You have no mail account yet' }).waitFor();
    },
    JOURNEY_MS,
  );

  it(
    'edits contacts and companies, and completes tasks',
    async () => {
      const page = await world().tab('ben', '/contacts');
      await page.getByRole('searchbox').fill('Zieliński');
      await page.getByRole('button', { name: /^Edit .*Zieliński/ }).click();
      await page.getByLabel('Name').fill('Paweł Z. Zieliński');
      await world().check(page, 'contact-editing');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByText('Paweł Z. Zieliński').first().waitFor();
      await world().check(page, 'contacts');
      await page.getByRole('link', { name: 'Companies' }).click();
      await page.getByRole('button', { name: /^Edit/ }).first().waitFor();
      await world().check(page, 'companies');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Kiosk');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByRole('cell', { name: 'Kiosk' }).first().waitFor();
      await page.getByRole('link', { name: 'Tasks' }).click();
      const task = page.getByRole('checkbox', { name: /^Done: / }).first();
      await task.waitFor();
      await world().check(page, 'tasks');
      await page.getByRole('button', { name: 'Assigned to: nobody' }).first().click();
      await page.getByRole('menuitem', { name: 'Ben Nowak' }).click();
      await page.getByRole('button', { name: 'Assigned to: Ben Nowak' }).first().waitFor();
      await task.click();
      await told(page, 'The task is done').waitFor();
    },
    JOURNEY_MS,
  );

  it(
    'tells at a contact that mail to it came back, and opens that mail',
    async () => {
      const { admin, anna, dovecot } = world();
      await world().deliver('Hello from Rob', { from: 'Rob Raz <rob@kiosk.example>' });
      const body = { to: [{ address: 'rob@kiosk.example' }], subject: 'Hello Rob', text: 'Welcome.', undoSeconds: 0 };
      const queued = done(await admin.post<{ id: string; position: string }>(`/api/accounts/${anna}/messages`, body));
      const { messageId } = await waitUntil(
        async () => done(await admin.after(queued).get<Sent>(`/api/messages/${queued.id}`)),
        ({ sending }) => sending.state === 'sent',
      );
      await dovecot.deliver(DEMO_ADDRESS, 'INBOX', Buffer.from(reportAbout(messageId, 'rob@kiosk.example')));
      const page = await world().tab('ben', '/contacts');
      await page.getByRole('searchbox').fill('rob@kiosk.example');
      const row = page.getByRole('row').filter({ hasText: 'Rob Raz' });
      await row.getByText(/^Mail to rob@kiosk.example came back \(5\.1\.1\)/).waitFor();
      await world().check(page, 'contact-bounced');
      await row.getByRole('link', { name: 'Open the message' }).click();
      await page.getByRole('heading', { name: 'Hello Rob', level: 1 }).waitFor();
      await page.getByText('came back as undeliverable').waitFor();
    },
    JOURNEY_MS,
  );

  it(
    'adds people, changes their roles and passwords, and issues tokens',
    async () => {
      const page = await world().tab('admin', '/people');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Nina Nowa');
      await page.getByRole('dialog').getByLabel('E-mail address').fill('nina@mailroom.test');
      await page.getByRole('dialog').getByLabel('Password').fill('short');
      await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('alert').first().waitFor();
      await world().check(page, 'person-adding');
      await page.getByRole('dialog').getByLabel('Password').fill('amber-window-orchid');
      await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
      await told(page, 'Nina Nowa may sign in now').waitFor();
      await page.getByRole('button', { name: 'Role of Nina Nowa: user' }).click();
      await page.getByRole('menuitem', { name: 'auditor' }).click();
      await page.getByRole('button', { name: 'Role of Nina Nowa: auditor' }).waitFor();
      await page.getByRole('button', { name: 'New password for Nina Nowa' }).click();
      await page.getByRole('dialog').getByLabel('New password', { exact: true }).fill('silver-garden-kettle');
      await page.keyboard.press('Enter');
      await told(page, /Nina Nowa signs in with the new password/).waitFor();
      await world().check(page, 'people');

      await page.getByRole('link', { name: 'Tokens' }).click();
      await page.getByRole('heading', { name: 'No service has a token' }).waitFor();
      await world().check(page, 'tokens-empty');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByLabel('Name of the service').fill('Shop');
      await page.getByRole('dialog').getByRole('button', { name: 'Issue' }).click();
      expect((await page.getByLabel('Token', { exact: true }).inputValue()).length).toBeGreaterThan(20);
      await world().check(page, 'token-issued');
      await page.getByRole('button', { name: 'I have the token' }).click();
      await page.getByRole('button', { name: 'Revoke Shop' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await told(page, 'The token is revoked').waitFor();
      await page.getByRole('link', { name: 'Attempts' }).click();
      await page.getByRole('heading', { name: 'Refused attempts' }).waitFor();
      await world().check(page, 'attempts');
    },
    JOURNEY_MS,
  );

  it(
    'erases a person after a count of the traces',
    async () => {
      const page = await world().tab('admin', '/erasures');
      await page.getByRole('heading', { name: 'Nobody was erased' }).waitFor();
      await world().check(page, 'erasures-empty');
      await page.getByRole('button', { name: 'Erase a person' }).click();
      await page.getByLabel('E-mail address').fill('tom@ashworth-deli.example');
      await page.getByRole('button', { name: 'Show the traces' }).click();
      await page.getByText('This will be erased for good:').waitFor();
      await world().check(page, 'erasure-preview');
      await page.getByRole('button', { name: 'Erase for good' }).click();
      await page.locator('.badge', { hasText: 'done' }).waitFor();
      await world().check(page, 'erasures');
    },
    JOURNEY_MS,
  );

  it(
    'says so when there is no such page',
    async () => {
      const page = await world().tab('ben', '/no-such-page');
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
      await world().check(page, 'not-found');
    },
    JOURNEY_MS,
  );
}

export function outage(world: () => PageWorld): void {
  it(
    'tells of an outage, keeps a change, and catches up without a reload',
    async () => {
      const page = await world().tab('admin', `/accounts/${world().office}`);
      await page.getByLabel('Name', { exact: true }).waitFor();
      await page.evaluate('window.stayed = true');
      // The strings of a language are a file of the service, which is asked for once.
      for (const language of ['pl', 'en'] as const) await speak(page, language);
      const back = await world().goAway();
      try {
        await page.getByText('No connection to the service.').waitFor();
        await world().check(page, 'outage');
        await page.getByLabel('Name', { exact: true }).fill('Typed during an outage');
        await page.keyboard.press('Enter');
      } finally {
        await back();
      }
      await told(page, 'Saved: Name').waitFor({ timeout: 40_000 });
      await page.getByText('No connection to the service.').waitFor({ state: 'detached', timeout: 40_000 });
      expect(await page.evaluate('window.stayed')).toBe(true);
      const { body } = await world().admin.get<{ name: string }>(`/api/accounts/${world().office}`);
      expect(body.name).toBe('Typed during an outage');
    },
    JOURNEY_MS,
  );

  it(
    'keeps the page when the session ends, and goes on after a new sign-in',
    async () => {
      const page = await world().tab('ben', '/contacts');
      await page.getByRole('heading', { name: 'Contacts', level: 1 }).waitFor();
      await page.context().clearCookies();
      await page.getByRole('link', { name: 'Tasks' }).click();
      const dialog = page.getByRole('dialog', { name: 'Sign in again' });
      await dialog.waitFor();
      await world().check(page, 'session-ended');
      expect(await dialog.getByLabel('E-mail address').inputValue()).toBe(emailOf('ben'));
      await dialog.getByLabel('Password').fill('violet-harbour-lantern');
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('heading', { name: 'Tasks', level: 1 }).waitFor();
    },
    JOURNEY_MS,
  );
}
