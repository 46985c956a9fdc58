import { JOURNEY_MS, emailOf, PASSWORD, type PageWorld } from './page-world.js';

export function signingIn(world: () => PageWorld): void {
  it(
    'names the next step after a mistake, and opens the screen that was asked for',
    async () => {
      const { browser, service } = world();
      const page = await (await browser.person()).newPage();
      await page.goto(`${service.url}/contacts`);
      await world().check(page, 'sign-in');
      await page.getByLabel('E-mail address').fill(emailOf('ben'));
      await page.getByLabel('Password').fill('a wrong one');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('No active user has this address and password.').waitFor();
      await world().check(page, 'sign-in-refused');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Contacts', level: 1 }).waitFor();
      await page.getByRole('button', { name: /Ben Nowak/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in to Mailroom' }).waitFor();
      await page.context().close();
    },
    JOURNEY_MS,
  );

  it(
    'speaks the language of the browser, and keeps a choice',
    async () => {
      const { browser, service } = world();
      const page = await (await browser.person('pl')).newPage();
      await page.goto(service.url);
      await page.getByRole('heading', { name: 'Zaloguj się do Mailroom' }).waitFor();
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('heading', { name: 'Sign in to Mailroom' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'Sign in to Mailroom' }).waitFor();
      await page.context().close();
    },
    JOURNEY_MS,
  );
}
