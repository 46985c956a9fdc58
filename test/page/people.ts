import type { Page } from 'playwright-core';
import { done } from '../journeys/requests.js';
import { JOURNEY_MS, emailOf, type PageWorld } from './page-world.js';

const told = (page: Page, text: string | RegExp) => page.getByRole('region', { name: 'Notices' }).getByText(text);

export function people(world: () => PageWorld): void {
  it(
    'opens the mail of a person without any account at the first grant',
    async () => {
      const page = await world().tab('lena', '/');
      await page.getByRole('heading', { name: 'You have no mail account yet' }).waitFor();
      await world().check(page, 'no-module');
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
}

export function outage(world: () => PageWorld): void {
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
