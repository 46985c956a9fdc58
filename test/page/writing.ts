import type { Locator, Page } from 'playwright-core';
import { DEMO_ADDRESS } from '../journeys/demo-mailbox.js';
import { done } from '../journeys/requests.js';
import { waitUntil } from '../journeys/wait-until.js';
import { JOURNEY_MS, type PageWorld } from './page-world.js';

/** A picture of one pixel (PNG), as Base64. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A letter with two files. */
const WITH_FILES = [
  'From: Kim Kees <kim@kiosk.example>',
  `To: ${DEMO_ADDRESS}`,
  'Subject: Two price lists',
  'Message-ID: <two-price-lists@kiosk.example>',
  'Date: Fri, 27 Nov 2026 09:30:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'Both lists are below.',
  ...['old.csv', 'new.csv'].flatMap((name) => [
    '--b',
    'Content-Type: text/csv',
    `Content-Disposition: attachment; filename=${name}`,
    '',
    'jar;2',
  ]),
  '--b--',
  '',
].join('\r\n');

const textIn = (window: Locator): Locator => window.getByRole('textbox', { name: 'Text of the message' });

async function opened(page: Page, button: string): Promise<Locator> {
  await page.getByRole('button', { name: button, exact: true }).first().click();
  const window = page.getByRole('dialog').first();
  await textIn(window).waitFor();
  return window;
}

export function writing(world: () => PageWorld): void {
  const bytesOf = (subject: string): string | undefined =>
    world()
      .sink.messages.map(({ raw }) => raw.toString())
      .find((raw) => raw.includes(`Subject: ${subject}`));
  const sentWith = async (subject: string): Promise<string> => {
    const raw = await waitUntil(
      () => Promise.resolve(bytesOf(subject)),
      (found) => found !== undefined,
    );
    return raw!;
  };
  const undoSeconds = async (seconds: number): Promise<void> => {
    const { admin, anna } = world();
    done(await admin.patch(`/api/accounts/${anna}`, { undoSeconds: seconds }));
  };

  it(
    'suggests contacts, says plainly which address is wrong, asks once, and takes a message back in time',
    async () => {
      await undoSeconds(30);
      const page = await world().tab('ben', '/mail');
      const window = await opened(page, 'Write');
      await window.getByRole('combobox', { name: 'To' }).pressSequentially('Stanis');
      await page.getByRole('option', { name: /Stanisław Żak/ }).click();
      await window.getByRole('combobox', { name: 'To' }).pressSequentially('kim@kiosk.example, olga');
      await page.keyboard.press('Enter');
      await window.getByText('“olga” is not a mail address: the @ is missing.').waitFor();
      await world().check(page, 'composer-wrong-address');
      await window.getByRole('button', { name: 'Correct' }).click();
      await page.keyboard.type('@kiosk.example');
      await textIn(window).click();
      await page.keyboard.type('See the attached offer.');
      await page.keyboard.press('Control+Enter');
      const doubt = page.getByRole('dialog', { name: 'Send it like this?' });
      await doubt.getByText('The message has no subject.').waitFor();
      await doubt.getByText('The text speaks of an attachment, but no file is attached.').waitFor();
      await world().check(page, 'composer-doubts');
      await doubt.getByRole('button', { name: 'Back to the message' }).click();
      await window.getByRole('textbox', { name: 'Subject' }).fill('Honey of this year');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('button', { name: 'Undo' }).waitFor();
      await world().check(page, 'composer-undo');
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Taken back. Nothing was sent.').waitFor();
      await textIn(window).getByText('See the attached offer.').waitFor();
      await undoSeconds(0);
      await window.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('The message is sent').waitFor();
      const raw = await sentWith('Honey of this year');
      expect(raw).toContain('kim@kiosk.example');
      expect(raw).toContain('olga@kiosk.example');
      expect(world().sink.messages.filter(({ raw: each }) => each.includes('Honey of this year'))).toHaveLength(1);
    },
    JOURNEY_MS,
  );

  it(
    'answers with quotation and signature, with a file and a picture in the text',
    async () => {
      const { admin, anna } = world();
      done(await admin.patch(`/api/accounts/${anna}`, { signature: '<p>Anna of Sales</p>', undoSeconds: 0 }));
      await world().deliver('Prices of jars', { body: 'How much are fifty jars?' });
      const page = await world().tab('ben', '/mail');
      await page.getByText('Prices of jars').first().click();
      const window = await opened(page, 'Reply');
      await window.getByText('Signature of the account').waitFor();
      await page.keyboard.type('Two each.');
      await window
        .locator('input[type=file]')
        .last()
        .setInputFiles({
          name: 'prices.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from('jar;2'),
        });
      await window
        .locator('input[type=file]')
        .first()
        .setInputFiles({
          name: 'jar.png',
          mimeType: 'image/png',
          buffer: Buffer.from(PIXEL, 'base64'),
        });
      await window.getByText('prices.csv').waitFor();
      await textIn(window).locator('img[src^="data:"]').waitFor();
      await world().check(page, 'composer-reply');
      await window.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('The message is sent').waitFor();
      const raw = await sentWith('Re: Prices of jars');
      expect(raw).toContain('Two each.');
      expect(raw.split('Anna of Sales')).toHaveLength(3);
      expect(raw).toContain('How much are fifty jars?');
      expect(raw).toContain('filename=prices.csv');
      expect(raw).toContain('multipart/related');
      expect(raw).toContain('In-Reply-To: <Prices-of-jars@kiosk.example>');
    },
    JOURNEY_MS,
  );

  it(
    'keeps a draft when a window is closed, and opens it again with the picture in its text',
    async () => {
      const page = await world().tab('ben', `/mail?account=${world().anna}&box=received`);
      const window = await opened(page, 'Write');
      await window.getByRole('textbox', { name: 'Subject' }).fill('Half a letter');
      await textIn(window).click();
      await page.keyboard.type('Not yet done.');
      await window
        .locator('input[type=file]')
        .first()
        .setInputFiles({ name: 'jar.png', mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') });
      await textIn(window).locator('img[src^="data:"]').waitFor();
      await window.getByRole('button', { name: 'Close, and keep a draft' }).click();
      await page.getByText('Kept as a draft').waitFor();
      await window.waitFor({ state: 'detached' });
      await page
        .getByRole('link', { name: /Drafts/ })
        .first()
        .click();
      await page
        .getByRole('row', { name: /Half a letter/ })
        .first()
        .click();
      const again = textIn(page.getByRole('dialog').first());
      await again.getByText('Not yet done.').waitFor();
      await waitUntil(
        () => page.evaluate<number>(`document.querySelector('.written img[src^="/api/uploads/"]')?.naturalWidth`),
        (width) => width === 1,
      );
      await world().check(page, 'composer-draft');
    },
    JOURNEY_MS,
  );

  it(
    'tells that a colleague has answered meanwhile, and lets the person choose',
    async () => {
      const { admin, anna } = world();
      await world().deliver('A shared question');
      const page = await world().tab('ben', '/mail');
      await page.getByText('A shared question').first().click();
      const window = await opened(page, 'Reply');
      await page.keyboard.type('Me.');
      const { items } = done(await admin.get<{ items: { id: string }[] }>(`/api/accounts/${anna}/messages?q=shared`));
      const to = [{ address: 'kim@kiosk.example' }];
      const body = { to, html: '<p>I do.</p>', inReplyTo: items[0]!.id, undoSeconds: 0 };
      done(await admin.post(`/api/accounts/${anna}/messages`, body));
      await window.getByRole('button', { name: 'Send', exact: true }).click();
      const moved = page.getByRole('dialog', { name: 'The conversation has gone on' });
      await moved.getByText('I do.').waitFor();
      await world().check(page, 'composer-moved');
      await moved.getByRole('button', { name: 'Send anyway' }).click();
      await page.getByText('The message is sent').waitFor();
    },
    JOURNEY_MS,
  );

  it(
    'shortens a quotation, and forwards without a file that stays behind',
    async () => {
      const { dovecot, admin, anna } = world();
      done(await admin.patch(`/api/accounts/${anna}`, { undoSeconds: 0 }));
      await dovecot.deliver(DEMO_ADDRESS, 'INBOX', Buffer.from(WITH_FILES));
      const page = await world().tab('ben', '/mail');
      await page.getByText('Two price lists').first().click();
      const answer = await opened(page, 'Reply');
      await answer.locator('summary').click();
      await world().check(page, 'composer-quotation');
      await answer.getByRole('button', { name: 'Shorten the quotation' }).click();
      await textIn(answer).locator('blockquote').getByText('Both lists are below.').waitFor();
      await page.keyboard.type('Thank you.');
      await textIn(answer).locator('> div').first().getByText('Thank you.').waitFor();
      await world().check(page, 'composer-shortened');
      await answer.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('The message is sent').waitFor();
      const raw = await sentWith('Re: Two price lists');
      expect(raw.split('Both lists are below.')).toHaveLength(3);

      const forward = await opened(page, 'Forward');
      await forward.getByRole('button', { name: 'Remove old.csv' }).click();
      await forward.getByText('stays behind').waitFor();
      await world().check(page, 'composer-forward');
      await forward.getByRole('combobox', { name: 'To' }).pressSequentially('kim@kiosk.example,');
      await forward.getByRole('button', { name: 'Send', exact: true }).click();
      const forwarded = await sentWith('Fwd: Two price lists');
      expect(forwarded).toContain('filename=new.csv');
      expect(forwarded).not.toContain('old.csv');
      // 9:30 UTC, in the time zone of the browser and in English.
      expect(forwarded).toMatch(/Date: 27 Nov 2026,? (?:at )?10:30/);
    },
    JOURNEY_MS,
  );

  it(
    'sends later, shows it in the outbox, and lets it leave at once',
    async () => {
      const page = await world().tab('ben', '/mail');
      const window = await opened(page, 'Write');
      await window.getByRole('combobox', { name: 'To' }).pressSequentially('kim@kiosk.example,');
      await window.getByRole('textbox', { name: 'Subject' }).fill('For tomorrow');
      await textIn(window).click();
      await page.keyboard.type('Good morning.');
      await window.getByRole('button', { name: 'Send later' }).click();
      await world().check(page, 'composer-later');
      await page.getByRole('button', { name: /Tomorrow morning/ }).click();
      await page
        .getByText(/^Leaves /)
        .first()
        .waitFor();
      await page
        .getByRole('link', { name: /Outbox/ })
        .first()
        .click();
      const entry = page.getByRole('listitem').filter({ hasText: 'For tomorrow' });
      await entry.getByText('waits', { exact: true }).waitFor();
      await world().check(page, 'outbox');
      await entry.getByRole('button', { name: 'Send now' }).click();
      await sentWith('For tomorrow');
      await page.getByText('Everything has left').waitFor();
    },
    JOURNEY_MS,
  );

  it(
    'opens a scheduled message again in another browser, with its picture, and sends it as it is edited',
    async () => {
      const { admin, anna, sink } = world();
      done(await admin.patch(`/api/accounts/${anna}`, { undoSeconds: 0 }));
      const body = {
        to: [{ address: 'kim@kiosk.example' }],
        subject: 'Price of lids',
        html: '<p>One each.</p><p><img src="cid:lid"></p>',
        attachments: [{ filename: 'lid.png', contentType: 'image/png', content: PIXEL, cid: 'lid' }],
        sendAt: new Date(Date.now() + 3_600_000).toISOString(),
      };
      done(await admin.post(`/api/accounts/${anna}/messages`, body));
      const page = await world().tab('ben', '/outbox');
      const entry = page.getByRole('listitem').filter({ hasText: 'Price of lids' });
      await entry.getByRole('button', { name: 'Edit' }).click();
      const window = page.getByRole('dialog').first();
      await textIn(window).getByText('One each.').waitFor();
      await entry.waitFor({ state: 'detached' });
      await waitUntil(
        () => page.evaluate<number>(`document.querySelector('.written img[src^="/api/messages/"]')?.naturalWidth`),
        (width) => width === 1,
      );
      await world().check(page, 'composer-edited');
      await window.getByRole('textbox', { name: 'Subject' }).fill('Price of lids, corrected');
      await window.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('The message is sent').waitFor();
      expect(await sentWith('Price of lids, corrected')).toContain('multipart/related');
      expect(sink.messages.filter(({ raw }) => raw.includes('Price of lids'))).toHaveLength(1);
    },
    JOURNEY_MS,
  );

  it(
    'shows a refused recipient in the outbox and the reader, and sends again to the corrected address',
    async () => {
      const { sink } = world();
      sink.script = ({ line }) => (/^RCPT TO:<kimm@/i.test(line) ? '550 5.1.1 unknown user' : undefined);
      const page = await world().tab('ben', '/mail');
      const window = await opened(page, 'Write');
      await window.getByRole('combobox', { name: 'To' }).pressSequentially('kimm@kiosk.example,');
      await window.getByRole('textbox', { name: 'Subject' }).fill('Misspelt');
      await textIn(window).click();
      await page.keyboard.type('Hello.');
      await page.keyboard.press('Control+Enter');
      await page.getByText('Not everybody gets the message.').waitFor();
      await page.getByRole('link', { name: 'Look' }).click();
      await page
        .getByText(/unknown user/)
        .first()
        .waitFor();
      await world().check(page, 'reader-refused');
      await page
        .getByRole('link', { name: /Outbox/ })
        .first()
        .click();
      const entry = page.getByRole('listitem').filter({ hasText: 'Misspelt' });
      await entry.getByText(/unknown user/).waitFor();
      await world().check(page, 'outbox-refused');
      await entry.getByRole('button', { name: 'Correct the address' }).click();
      const dialog = page.getByRole('dialog', { name: 'Send again to a corrected address' });
      await dialog.getByRole('textbox').fill('kim@kiosk.example');
      await world().check(page, 'outbox-correct');
      await dialog.getByRole('button', { name: 'Send again' }).click();
      await sentWith('Misspelt');
      sink.script = () => undefined;
    },
    JOURNEY_MS,
  );
}
