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
    'leads to the provider of the company and back',
    async () => {
      const { browser, service, provider } = world();
      const page = await (await browser.person()).newPage();
      // Stands for the pages of the provider: Rita signs in there, and consents.
      await page.route('**/api/session/openid/start?*', async (route) => {
        const answer = await route.fetch({ maxRedirects: 0 });
        const back = await provider.signIn(answer.headers()['location']!, 'rita');
        await route.fulfill({ response: answer, headers: { ...answer.headers(), location: back.href } });
      });
      await page.goto(`${service.url}/contacts`);
      await page.getByRole('link', { name: 'Sign in with the account of your company' }).click();
      await page.getByRole('button', { name: /Rita Sowa/ }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/contacts');
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
