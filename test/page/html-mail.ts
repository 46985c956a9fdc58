import type { Frame, Page } from 'playwright-core';
import { waitUntil } from '../journeys/wait-until.js';
import { HOSTILE_MAIL, STRANGER } from './hostile-mail.js';
import { JOURNEY_MS, type PageWorld } from './page-world.js';

const TITLE = 'Text of the message';
const PICTURE = 'https://pictures.kiosk.example/seen.png';
const NEWSLETTER = `<p>Our <b style="color:#c00">offer</b></p><img src="${PICTURE}" alt="our shop" width="40" height="40">
<a href="https://kiosk.example/offer">our offer</a>`;

/** Requests of the page to other servers, from now on; none is answered. */
async function requestsToOthers(page: Page): Promise<string[]> {
  const asked: string[] = [];
  await page.context().route(
    ({ hostname }) => hostname !== '127.0.0.1',
    async (route) => {
      asked.push(route.request().url());
      await route.abort();
    },
  );
  return asked;
}

/** The document of the frame that shows the message. */
async function shownFrame(page: Page): Promise<Frame> {
  const element = await page.locator(`iframe[title="${TITLE}"]`).elementHandle();
  return (await element.contentFrame())!;
}

export function htmlMail(world: () => PageWorld): void {
  it(
    'waits for a person before it loads pictures of others',
    async () => {
      await world().deliver('A shop', { body: NEWSLETTER });
      const page = await world().tab('ben', '/mail');
      const asked = await requestsToOthers(page);
      await page.getByRole('row', { name: /A shop/ }).click();
      const frame = page.frameLocator(`iframe[title="${TITLE}"]`);
      const link = frame.getByRole('link', { name: 'our offer' });
      await link.waitFor();
      expect([await link.getAttribute('target'), await link.getAttribute('rel')]).toEqual([
        '_blank',
        expect.stringMatching(/noopener/),
      ]);
      await page.getByText('Pictures from other servers are hidden').waitFor();
      await world().check(page, 'mail-pictures');
      expect(asked).toEqual([]);
      const steps = await page.evaluate('history.length');
      await page.getByRole('button', { name: 'Show pictures' }).click();
      await waitUntil(
        () => Promise.resolve(asked),
        (urls) => urls.includes(PICTURE),
      );
      await frame.getByRole('link', { name: 'our offer' }).waitFor();
      expect(await page.evaluate('history.length')).toBe(steps);
    },
    JOURNEY_MS,
  );

  it(
    'holds hostile mail in its frame: it loads nothing, runs nothing, and covers nothing',
    async () => {
      await world().deliver('A trap', { body: HOSTILE_MAIL });
      const page = await world().tab('ben', '/mail');
      const asked = await requestsToOthers(page);
      await page.getByRole('row', { name: /A trap/ }).click();
      await page.frameLocator(`iframe[title="${TITLE}"]`).getByText('Kind regards').waitFor();
      await world().check(page, 'mail-hostile');
      expect(await page.evaluate('[window.stolen, document.title]')).toEqual([undefined, 'Mailroom']);
      expect(asked).toEqual([]);
      // A press on each button of the toolbar meets the button, not the mail.
      const covered = await page.evaluate<string[]>(`[...document.querySelectorAll('button, a[href]')]
        .filter((button) => button.checkVisibility() && button.getBoundingClientRect().width > 0)
        .map((button) => [button, button.getBoundingClientRect()])
        .map(([button, { x, y, width, height }]) => [button, document.elementFromPoint(x + width / 2, y + height / 2)])
        .filter(([, top]) => top?.tagName === 'IFRAME').map(([button]) => button.outerHTML.slice(0, 200))`);
      expect(covered).toEqual([]);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(width).toBeLessThanOrEqual(0);
    },
    JOURNEY_MS,
  );

  it(
    'holds hostile HTML even where nothing has cleaned it',
    async () => {
      const page = await world().tab('ben', '/mail');
      const asked = await requestsToOthers(page);
      await page.getByRole('row', { name: /A trap/ }).click();
      await page.frameLocator(`iframe[title="${TITLE}"]`).getByText('Kind regards').waitFor();
      const frame = await shownFrame(page);
      const before = frame.url();
      // The page shows the letter as the service gave it. This puts the same letter into the frame as it was written.
      await page.evaluate(
        `document.querySelector('iframe[title="${TITLE}"]').contentDocument.body.innerHTML = ${JSON.stringify(HOSTILE_MAIL)}`,
      );
      await page.evaluate('new Promise((done) => requestIdleCallback(done, { timeout: 2000 }))');
      expect(asked.filter((url) => url.includes(STRANGER))).toEqual([]);
      expect(await page.evaluate('[window.stolen, document.title]')).toEqual([undefined, 'Mailroom']);
      expect([frame.url(), new URL(page.url()).pathname]).toEqual([before, '/mail']);
      expect(world().browser.taken().length).toBeGreaterThan(10);
    },
    JOURNEY_MS,
  );
}
