import { waitUntil } from '../journeys/wait-until.js';
import type { Page } from 'playwright-core';
import { done } from '../journeys/requests.js';
import { JOURNEY_MS, PASSWORD, type PageWorld, PUBLISHED } from './page-world.js';

const told = (page: Page, text: string | RegExp) => page.getByRole('region', { name: 'Notices' }).getByText(text);
const undo = (page: Page) =>
  page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).first();
/** Chooses from a menu behind a button. */
async function choose(page: Page, button: string | RegExp, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

export function accounts(world: () => PageWorld): void {
  it(
    'adds a mailbox by address and password, with access for two people',
    async () => {
      const page = await world().tab('admin', '/accounts');
      await page.getByRole('link', { name: 'anna@example.test' }).waitFor();
      await world().check(page, 'accounts');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByLabel('Address').fill(PUBLISHED);
      await page.getByLabel('Name', { exact: true }).fill('Clara');
      await page.getByLabel('Password of the mailbox').fill('a wrong password');
      for (const name of ['Ben Nowak', 'Zoe Adamska']) await page.getByRole('checkbox', { name }).check();
      await page.getByText('Servers found: mail.published.test').waitFor();
      await page.getByRole('button', { name: /Detailed set-up/ }).click();
      await world().check(page, 'account-adding');
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.getByText(/Incoming server:/).waitFor();
      await world().check(page, 'account-refused');
      await page.getByLabel('Password of the mailbox').fill(PASSWORD);
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.getByRole('heading', { name: PUBLISHED, level: 1 }).waitFor();
      const access = page.locator('section', { has: page.getByRole('heading', { name: 'Access' }) });
      for (const name of ['Ben Nowak', 'Zoe Adamska']) await access.getByText(name).waitFor();
    },
    JOURNEY_MS,
  );

  it(
    'changes settings at once, and takes each change back',
    async () => {
      const page = await world().tab('admin', `/accounts/${world().office}`);
      await page.getByRole('switch', { name: 'Create tasks' }).waitFor();
      await world().check(page, 'account-settings');
      const before = await settingsOf(world());
      for (const name of [
        'Create contacts',
        'Create tasks',
        'Keep copies on the server',
        'Notifications',
        'Send only',
      ]) {
        const field = page.getByRole('switch', { name });
        const was = await field.isChecked();
        await field.click();
        await told(page, `Saved: ${name}`).first().waitFor();
        await undo(page).click();
        await page.getByRole('switch', { name, checked: was }).waitFor();
      }
      for (const [name, typed] of [
        ['Name', 'Head office'],
        ['Sender’s name', 'The office'],
        ['a day', '200'],
      ] as const) {
        const field = page.getByLabel(name, { exact: true });
        const was = await field.inputValue();
        await field.fill(typed);
        await field.press('Enter');
        await undo(page).click();
        await waitForValue(page, name, was);
      }
      await choose(page, /Seconds to undo a send/, '30');
      await undo(page).click();
      await page.getByRole('button', { name: 'Seconds to undo a send 10' }).waitFor();
      await choose(page, /Folder for sent mail/, 'INBOX');
      await undo(page).click();
      await page.getByRole('button', { name: /Folder for sent mail the folder that the server marks/ }).waitFor();
      await world().service.settled();
      expect(await settingsOf(world())).toEqual(before);
    },
    JOURNEY_MS,
  );

  it(
    'gives and takes access',
    async () => {
      const page = await world().tab('admin', `/accounts/${world().office}`);
      await choose(page, 'Give access', 'Ben Nowak');
      await told(page, 'Ben Nowak may use the account now').waitFor();
      await page.getByRole('button', { name: 'Take access from Ben Nowak' }).click();
      await told(page, 'Ben Nowak may no longer use the account').waitFor();
      await page.getByRole('button', { name: 'Take access from Ben Nowak' }).waitFor({ state: 'detached' });
    },
    JOURNEY_MS,
  );

  it(
    'shows the author of each change and the account as it was, and sets it back',
    async () => {
      const page = await world().tab('admin', `/accounts/${world().office}`);
      await page.getByLabel('Name', { exact: true }).fill('A new name');
      await page.keyboard.press('Enter');
      await told(page, 'Saved: Name').waitFor();
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Change history' }).click();
      await page.locator('.history-entry', { hasText: 'A new name' }).first().waitFor();
      await world().check(page, 'account-history');
      await page.getByRole('slider').fill('0');
      await page.getByText('Could use it then').waitFor();
      await world().check(page, 'account-as-it-was');
      await page.getByRole('slider').fill('200');
      await page.getByRole('button', { name: 'Set back to this' }).nth(0).click();
      await page.getByText(/A new name → Office/).waitFor();
      await world().check(page, 'account-setting-back');
      await page.getByRole('dialog').getByRole('button', { name: 'Set back', exact: true }).click();
      await told(page, 'The settings are set back').waitFor();
      await page.locator('.history-entry', { hasText: 'set back' }).first().waitFor();
      await page.getByLabel('Setting', { exact: true }).selectOption('name');
      await page.getByLabel('Person', { exact: true }).selectOption({ index: 1 });
      await page.locator('.history-entry').first().waitFor();
    },
    JOURNEY_MS,
  );

  it(
    'changes many accounts at once, and edits one in the list',
    async () => {
      const page = await world().tab('admin', '/accounts');
      await page.getByRole('checkbox', { name: 'Choose all' }).check();
      await page.getByRole('button', { name: /Change \d accounts/ }).click();
      await page.getByRole('dialog').getByLabel('Notifications').selectOption('off');
      await world().check(page, 'accounts-changing');
      await page.getByRole('dialog').getByRole('button', { name: 'Change', exact: true }).click();
      await told(page, /Saved for \d accounts/).waitFor();
      await page.getByRole('checkbox', { name: 'Notify: office@example.test', checked: false }).waitFor();
      await page.getByLabel('Name of office@example.test').fill('The office');
      await page.keyboard.press('Enter');
      await told(page, 'Saved').first().waitFor();
      await page.getByRole('button', { name: 'Status' }).click();
      await page.getByRole('searchbox').fill('no such account');
      await page.getByText('No account has these words').waitFor();
    },
    JOURNEY_MS,
  );

  it(
    'creates, renames, chooses and removes folders, and recreates their structure',
    async () => {
      const page = await world().tab('admin', `/accounts/${world().anna}?tab=folders`);
      await page.getByRole('button', { name: 'Actions for Junk' }).waitFor();
      await world().check(page, 'account-folders');
      await page.getByRole('button', { name: 'New folder' }).click();
      await page.getByLabel('Name', { exact: true }).fill('Projects');
      await world().check(page, 'account-new-folder');
      await page.keyboard.press('Enter');
      await choose(page, 'Actions for Projects', 'New folder inside');
      await page.getByLabel('Name', { exact: true }).fill('Plums');
      await page.keyboard.press('Enter');
      await choose(page, 'Actions for Plums', 'Rename or move');
      await page.getByLabel('Name', { exact: true }).fill('Cherries');
      await page.getByLabel('Inside').selectOption({ label: 'no other folder' });
      await page.keyboard.press('Enter');
      await told(page, 'Saved: Plums').first().waitFor();
      await page.getByRole('checkbox', { name: 'Fetch Cherries' }).click();
      await page.getByRole('checkbox', { name: 'Fetch Cherries', checked: false }).waitFor();
      await told(page, 'Saved: Cherries').first().waitFor();
      for (const name of ['Cherries', 'Projects']) {
        await choose(page, `Actions for ${name}`, 'Remove');
        await told(page, `The folder ${name} is removed`).waitFor();
      }
      await choose(page, 'Actions for Junk', 'Remove');
      await page.getByRole('dialog', { name: 'Remove Junk with its mail?' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Recreate structure' }).click();
      await page.getByLabel('Direction').selectOption('from-server');
      await page
        .getByRole('dialog')
        .getByText(/Nothing has to change|fetch its mail from now on/)
        .first()
        .waitFor();
      await world().check(page, 'account-mirror');
    },
    JOURNEY_MS,
  );

  it(
    'keeps texts that are not saved yet while other parts are looked at',
    async () => {
      const page = await world().tab('admin', `/accounts/${world().office}?tab=signature`);
      const signature = page.locator('section', { has: page.getByRole('heading', { name: 'Signature' }) });
      await signature.getByLabel('HTML').fill('<p>Kind <b>regards</b></p>');
      await page.getByRole('link', { name: 'Autoresponder' }).click();
      await page.getByRole('switch', { name: /Reply to people/ }).click();
      await page.getByLabel('Subject').fill('I am away');
      await page.getByLabel('Text').fill('Back on Monday.');
      await page.getByLabel('From', { exact: true }).fill('2026-12-01T08:00');
      await page.getByLabel('Until', { exact: true }).fill('2027-01-05T08:00');
      await world().check(page, 'account-autoresponder');
      await page.getByRole('button', { name: 'Save' }).click();
      await told(page, 'The absence reply is saved').waitFor();
      await page.getByRole('link', { name: 'Signature and header' }).click();
      await world().check(page, 'account-signature');
      await signature.getByRole('button', { name: 'Save' }).click();
      await told(page, 'Saved: Signature').waitFor();
      await page.getByRole('link', { name: 'Related' }).click();
      await page.getByRole('heading', { name: 'Companies' }).waitFor();
      await page.goto(`${world().service.url}/accounts/${world().anna}?tab=related`);
      await page.getByText('Paweł Zieliński').first().waitFor();
      await world().check(page, 'account-related');
    },
    JOURNEY_MS,
  );

  it(
    'tries an absence reply on recent mail, and lists each message with its answer or the reason of none',
    async () => {
      const { admin, anna } = world();
      const page = await world().tab('admin', `/accounts/${anna}?tab=autoresponder`);
      await page.getByText('No reply yet').waitFor();
      await page.getByRole('button', { name: 'Try it on the mail of the last 30 days' }).click();
      await page.getByText(/would have been answered/).waitFor();
      const absence = { enabled: true, subject: 'I am away', text: 'Back on Monday.' };
      done(await admin.put(`/api/accounts/${anna}/autoresponder`, absence));
      await world().deliver('Are you there', { from: 'Ola Kos <ola@kiosk.example>' });
      await world().deliver('Your parcel', { from: 'Parcels <no-reply@parcels.example>' });
      const ledger = page.locator('section', { has: page.getByRole('heading', { name: 'Replies' }) });
      await ledger.getByRole('listitem').filter({ hasText: 'ola@kiosk.example' }).getByText('answered').waitFor();
      await ledger.getByText('the sender is a program').waitFor();
      await world().check(page, 'account-absence');
      await ledger.getByRole('link', { name: 'The answer' }).click();
      await page.getByRole('heading', { name: 'I am away', level: 1 }).waitFor();
      done(await admin.put(`/api/accounts/${anna}/autoresponder`, { ...absence, enabled: false }));
    },
    JOURNEY_MS,
  );

  it(
    'shows auditors settings and history, and nothing to press',
    async () => {
      const page = await world().tab('olga', '/');
      await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
      await page.getByRole('link', { name: 'office@example.test' }).click();
      await page.getByRole('switch', { name: 'Create tasks', disabled: true }).waitFor();
      await world().check(page, 'account-for-auditors');
      await page.getByRole('link', { name: 'Change history' }).click();
      await page.locator('.history-entry').first().waitFor();
      expect(await page.getByRole('button', { name: 'Set back to this' }).count()).toBe(0);
      expect(await world().attemptsOf('olga')).toEqual([]);
    },
    JOURNEY_MS,
  );
}

/** By the value, which no locator can ask for. The policy of the page forbids predicates as strings. */
async function waitForValue(page: Page, name: string, value: string): Promise<void> {
  const field = page.getByLabel(name, { exact: true });
  await waitUntil(
    () => field.inputValue(),
    (now) => now === value,
  );
}

async function settingsOf({ admin, office }: PageWorld): Promise<object> {
  const { body } = await admin.get<Record<string, unknown>>(`/api/accounts/${office}`);
  const { revision: _, lastFetchedAt: __, ...settings } = body;
  return settings;
}
