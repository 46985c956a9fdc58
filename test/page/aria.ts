import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { JOURNEY_MS, type PageWorld } from './page-world.js';

const FOLDER = 'test/page/aria';

/**
 * Roles and names of a region, as screen readers tell them, beside those in the file. Numbers and times change from run
 * to run: 0 stands for each; addresses of links hold ids, and are left out. `WRITE_ARIA=true` writes the file.
 */
async function spoken(region: Locator, name: string): Promise<[now: string, known: string]> {
  await region.waitFor();
  const all = await region.ariaSnapshot();
  const lines = all.split('\n').filter((line) => !line.includes('/url:'));
  const now = `${lines.join('\n').replaceAll(/(?<!level=)\d+/g, '0')}\n`;
  const file = join(FOLDER, `${name}.yml`);
  if (process.env.WRITE_ARIA === 'true') {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, now);
  }
  return [now, await readFile(file, 'utf8')];
}

/** The main screens as screen readers tell them, before a journey has changed anything. */
export function aria(world: () => PageWorld): void {
  const same = async (region: Locator, name: string): Promise<void> => {
    const [now, known] = await spoken(region, name);
    expect(now).toBe(known);
  };

  it(
    'names everything on the sign-in',
    async () => {
      const page = await (await world().browser.person()).newPage();
      await page.goto(world().service.url);
      await page.getByRole('heading', { name: 'Sign in to Mailroom' }).waitFor();
      await same(page.locator('body'), 'sign-in');
      await page.context().close();
    },
    JOURNEY_MS,
  );

  it(
    'names everything on the main screens',
    async () => {
      const { office } = world();
      const page = await world().tab('admin', '/accounts');
      await page.getByRole('link', { name: 'anna@example.test' }).waitFor();
      await same(page.locator('body'), 'accounts');
      await page.goto(`${world().service.url}/accounts/${office}`);
      await page.getByRole('switch', { name: 'Create tasks' }).waitFor();
      await same(page.getByRole('main'), 'account');
      await page.goto(`${world().service.url}/people`);
      await page.getByRole('cell', { name: 'Zoe Adamska' }).first().waitFor();
      await same(page.getByRole('main'), 'people');
    },
    JOURNEY_MS,
  );

  it(
    'names everything in the reader and in the window of a message',
    async () => {
      const page = await world().tab('zoe', '/mail?q=rampie');
      await page
        .getByRole('row', { name: /Zamówienie na musy/ })
        .first()
        .click();
      await same(page.getByRole('toolbar', { name: 'Actions' }), 'reader-tools');
      await same(page.getByRole('navigation', { name: 'Mailboxes' }), 'mailboxes');
      await page.getByRole('button', { name: 'Write', exact: true }).first().click();
      const window = page.getByRole('dialog').first();
      await window.getByRole('textbox', { name: 'Text of the message' }).waitFor();
      await same(window, 'composer');
    },
    JOURNEY_MS,
  );
}
