import type { Page } from 'playwright-core';
import { JOURNEY_MS, type PageWorld } from './page-world.js';

const rowOf = (page: Page, subject: string | RegExp) =>
  page.getByRole('row', { name: subject instanceof RegExp ? subject : new RegExp(subject) }).first();
const tools = (page: Page, name: string | RegExp) =>
  page.getByRole('toolbar', { name: 'Actions' }).getByRole('button', { name });
const told = (page: Page, text: string | RegExp) => page.getByRole('region', { name: 'Notices' }).getByText(text);

export function reading(world: () => PageWorld): void {
  it(
    'lists the mail of an account, and opens a message with its conversation',
    async () => {
      const page = await world().tab('ben', '/mail');
      await rowOf(page, 'preserves digest').waitFor();
      await world().check(page, 'mail-list');
      await page.goto(`${world().service.url}/mail?q=rampie`);
      await rowOf(page, /Zamówienie na musy/).click();
      await page.getByRole('heading', { name: /Zamówienie na musy/, level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Details of the message' }).click();
      await page
        .locator('.details')
        .getByText(/hurtownia-lipa/)
        .first()
        .waitFor();
      await world().check(page, 'mail-opened');
    },
    JOURNEY_MS,
  );

  it(
    'marks, flags, moves and deletes a message, and takes it back',
    async () => {
      await world().deliver('A parcel');
      const page = await world().tab('admin', `/mail?account=${world().anna}&box=received`);
      await rowOf(page, 'A parcel').click();
      await tools(page, 'Mark as unread').click();
      await told(page, 'Marked as unread').waitFor();
      await page.getByRole('button', { name: 'Undo' }).last().click();
      await tools(page, 'Mark as unread').waitFor();
      await tools(page, 'Flag').click();
      await tools(page, 'Take the flag away').waitFor();
      await tools(page, 'Move to a folder').click();
      await page.getByRole('menuitem', { name: 'Junk' }).click();
      await told(page, 'Moved to Junk').waitFor();
      await page.getByRole('button', { name: 'Undo' }).last().click();
      await tools(page, 'Into the trash').click();
      await told(page, /1 message is in the trash/).waitFor();
      await rowOf(page, 'A parcel').waitFor({ state: 'detached' });

      await page.goto(`${world().service.url}/mail?account=${world().anna}&box=trash`);
      await rowOf(page, 'A parcel').click();
      await tools(page, 'Delete for good').waitFor();
      await world().check(page, 'mail-trash');
      await tools(page, 'Take back from the trash').click();
      await told(page, /1 message is back/).waitFor();
      await page.getByRole('button', { name: 'Undo' }).last().click();
      await rowOf(page, 'A parcel').click();
      await tools(page, 'Delete for good').click();
      await world().check(page, 'mail-destroying');
      await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
      await told(page, /deleted for good/).waitFor();
      await page.getByText('No message is open').waitFor();
    },
    JOURNEY_MS,
  );

  it(
    'chooses several messages, and changes them together',
    async () => {
      const page = await world().tab('ben', '/mail');
      await rowOf(page, 'preserves digest').waitFor();
      for (const subject of ['preserves digest', 'Eksport'])
        await page
          .getByRole('checkbox', { name: `Choose: ${subject}` })
          .first()
          .check({ force: true });
      await page.getByText('2 chosen').waitFor();
      await world().check(page, 'mail-chosen');
      const bar = page.getByRole('toolbar', { name: 'Chosen messages' });
      await bar.getByRole('button', { name: 'Mark as read' }).click();
      await told(page, 'Marked as read').waitFor();
    },
    JOURNEY_MS,
  );

  it(
    'finds words, and shows the place in which they stand',
    async () => {
      const page = await world().tab('ben', '/mail');
      await page.getByRole('searchbox', { name: 'Search mail' }).fill('konfitury');
      await page
        .locator('mark', { hasText: /konfitury/i })
        .first()
        .waitFor();
      await world().check(page, 'mail-found');
      await page.getByRole('button', { name: 'Unread', exact: true }).click();
      await page.waitForURL(/unread=true/);
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByRole('searchbox', { name: 'Search mail' }).fill('nothing has this word');
      await page.getByRole('heading', { name: 'Nothing was found' }).waitFor();
      await world().check(page, 'mail-not-found');
    },
    JOURNEY_MS,
  );

  it(
    'is done by keyboard alone',
    async () => {
      await world().deliver('By keyboard');
      const page = await world().tab('zoe', '/mail');
      await rowOf(page, 'By keyboard').waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('o');
      await page.getByRole('heading', { name: 'By keyboard', level: 1 }).waitFor();
      await page.keyboard.press('s');
      await tools(page, 'Take the flag away').waitFor();
      await page.keyboard.press('j');
      await page.getByRole('heading', { name: 'By keyboard', level: 1 }).waitFor({ state: 'detached' });
      await page.keyboard.press('k');
      await page.getByRole('heading', { name: 'By keyboard', level: 1 }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByText('No message is open').waitFor();
      await page.keyboard.press('x');
      await page.getByText('1 chosen').waitFor();
      await page.keyboard.press('#');
      await told(page, /1 message is in the trash/).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('Eksport');
      await page.waitForURL(/q=Eksport/);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await world().check(page, 'mail-shortcuts');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'detached' });
    },
    JOURNEY_MS,
  );

  it(
    'shows new mail, and colleagues at the same message, without a reload',
    async () => {
      const ben = await world().tab('ben', '/mail');
      await rowOf(ben, 'preserves digest').waitFor();
      await world().deliver('Hot news');
      await rowOf(ben, 'Hot news').click();
      const zoe = await world().tab('zoe', '/mail');
      await rowOf(zoe, 'Hot news').click();
      await ben.getByText('Zoe Adamska is reading it too').waitFor();
      await zoe.getByText('Ben Nowak is reading it too').waitFor();
      await world().check(zoe, 'mail-presence');
      await zoe.keyboard.press('Escape');
      await ben.getByText('Zoe Adamska is reading it too').waitFor({ state: 'detached' });
      await ben.getByRole('button', { name: /^Notifications/ }).click();
      await ben.getByRole('dialog', { name: 'Notifications' }).waitFor();
      await world().check(ben, 'notifications');
    },
    JOURNEY_MS,
  );
}
