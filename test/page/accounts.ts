import { waitUntil } from '../journeys/wait-until.js';
import type { Page } from 'playwright-core';
import { JOURNEY_MS, type PageWorld } from './page-world.js';

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
