import type { BrowserContext, Page, Request } from 'playwright-core';
import { Browser } from '../test/page/browser.js';
import { builtPage } from '../test/page/built-page.js';
import { fetched, mailServer } from './fetching.js';
import { type Figure, median, quantile } from './figure.js';
import type { Ground } from './ground.js';
import { letters } from './mailbox.js';
import { ADMIN, ServiceProcess } from './service-process.js';

const SIZES = { messages: 100_000, loads: 10, opened: 60, jumps: 20 };
const SMALL = { messages: 2000, loads: 2, opened: 10, jumps: 3 };
/** Of a screen with 60 frames a second. */
const TWO_FRAMES_MS = 33.4;
const TABS = 8;
/** The mailbox has mail of 20 years. */
const SPAN_MS = 20 * 365 * 86_400_000;
const MB = 1024 * 1024;
const LIVE = '/api/live';

/** Resolves with the milliseconds until `shown()` is true in a drawn frame, after `act()`. */
const TIMED = `(act, shown) => new Promise((resolve) => {
  const begun = performance.now();
  const look = () => shown() ? requestAnimationFrame(() => resolve(performance.now() - begun)) : requestAnimationFrame(look);
  act();
  look();
})`;
const LIST = `document.querySelector('.message-list')`;
/** All rows in sight have their message. */
const IS_LOADED = `(() => {
  const { top, bottom } = ${LIST}.getBoundingClientRect();
  const rows = [...document.querySelectorAll('.message-row')].filter((row) => {
    const at = row.getBoundingClientRect();
    return at.bottom > top && at.top < bottom;
  });
  return rows.length > 3 && rows.every((row) => !row.classList.contains('loading'));
})`;
/** Time of the first frame that shows messages, since the navigation began. */
const WATCH_FIRST_ROWS = `
  const look = () => {
    if (!document.querySelector('.message-row:not(.loading)')) return requestAnimationFrame(look);
    requestAnimationFrame(() => (window.firstRowsAt = performance.now()));
  };
  requestAnimationFrame(look);`;

/** Resolves with the first frame in which the condition is true. The policy of the page allows no `eval`. */
const until = (tab: Page, condition: string): Promise<void> =>
  tab.evaluate<void>(`new Promise((resolve) => {
    const look = () => (${condition}) ? resolve() : requestAnimationFrame(look);
    look();
  })`);

/** The page with a list of 100,000 messages in Chromium, which takes a part of the same processor. */
export async function page(ground: Ground): Promise<Figure[]> {
  const sizes = ground.small ? SMALL : SIZES;
  const pageDir = await builtPage();
  const server = await mailServer(ground);
  const [login] = Object.keys(server.users);
  ground.say(`fetching ${sizes.messages} messages`);
  const [now, apart] = [Date.now(), SPAN_MS / sizes.messages];
  const receivedAt = (n: number): Date => new Date(now - (sizes.messages - n) * apart);
  server.fill(login!, 'INBOX', letters(sizes.messages), receivedAt);
  const service = await ServiceProcess.start(ground, await ground.database(), { PAGE_DIR: pageDir });
  await fetched(service, server, login!, sizes.messages);
  await service.caughtUp();
  const browser = await Browser.start();
  ground.atTheEnd(() => browser.stop());
  const context = await browser.person();
  const signedIn = await context.request.post(`${service.url}/api/session`, { data: ADMIN });
  if (!signedIn.ok()) throw new Error(`no session: ${await signedIn.text()}`);

  ground.say('loading the list');
  const loads = await listShownMs(context, service.url, sizes.loads);
  const tab = await listTab(context, service.url);
  ground.say('opening messages, jumping and scrolling');
  const opened = await openedMs(tab, sizes.opened);
  const jumps = await jumpMs(tab, sizes.jumps);
  const frames = await frameMs(tab);
  const heap = await heapMb(context, tab);
  await tab.close();
  ground.say(`${TABS} tabs`);
  const streams = await streamsOfTabs(context, service.url);
  await context.close();
  await service.stop();

  const what = `list of ${sizes.messages} messages`;
  const goal = (name: string, ours: number, unit: string, limit: number): Figure => ({
    what: name,
    unit,
    ours: [ours],
    limit: [limit],
    limitIs: 'goal',
    target: { atMost: 1 },
  });
  return [
    goal(`${what}, visible`, median(loads), 'ms', 300),
    goal('message opened, p95', quantile(opened, 0.95), 'ms', 100),
    goal(`${what}, jump to the middle`, median(jumps), 'ms', 200),
    goal('frame while scrolling, p95', quantile(frames, 0.95), 'ms', TWO_FRAMES_MS),
    goal('heap of the page', heap, 'MB', 60),
    goal(`event streams of ${TABS} tabs`, streams, 'streams', 1),
  ];
}

/** From the start of the navigation until the first messages are drawn, with the files of the page in the cache. */
async function listShownMs(context: BrowserContext, url: string, loads: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n <= loads; n++) {
    const tab = await context.newPage();
    await tab.addInitScript(WATCH_FIRST_ROWS);
    await tab.goto(`${url}/mail`);
    await until(tab, 'window.firstRowsAt !== undefined');
    if (n > 0) times.push(await tab.evaluate<number>('window.firstRowsAt'));
    await tab.close();
  }
  return times;
}

async function listTab(context: BrowserContext, url: string): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(`${url}/mail`);
  await until(tab, `${LIST} !== null && ${IS_LOADED}()`);
  return tab;
}

/** From the click on a row until its message is drawn; each message once. */
async function openedMs(tab: Page, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    await tab.evaluate(`${LIST}.scrollTop = ${index * 76}`);
    await until(tab, `document.getElementById('row-${index}')?.classList.contains('loading') === false`);
    const row = `document.getElementById('row-${index}')`;
    const shown = `() => ${row}.getAttribute('aria-current') === 'true' && document.querySelector('.reader :is(.html-frame, .plain-text)') !== null`;
    times.push(await tab.evaluate<number>(`(${TIMED})(() => ${row}.click(), ${shown})`));
  }
  return times;
}

/** From a jump into the middle of the list until all rows in sight have their message. */
async function jumpMs(tab: Page, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const part = 0.4 + (0.2 * n) / count;
    const act = `() => { ${LIST}.scrollTop = Math.floor(${LIST}.scrollHeight * ${part}); }`;
    const moved = `(() => { let frames = 0; return () => ++frames > 1 && ${IS_LOADED}(); })()`;
    times.push(await tab.evaluate<number>(`(${TIMED})(${act}, ${moved})`));
  }
  return times;
}

/** Times between frames while the list scrolls on by 120 pixels a frame, for 5 s. */
function frameMs(tab: Page): Promise<number[]> {
  return tab.evaluate<number[]>(`new Promise((resolve) => {
    const [list, times] = [${LIST}, []];
    list.scrollTop = 0;
    const begun = performance.now();
    let last = begun;
    const step = (now) => {
      times.push(now - last);
      last = now;
      list.scrollTop += 120;
      if (now - begun < 5000) requestAnimationFrame(step);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(step);
  })`);
}

/** Memory that the scripts of the page use after a garbage collection. */
async function heapMb(context: BrowserContext, tab: Page): Promise<number> {
  const session = await context.newCDPSession(tab);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / MB;
}

/** Event streams that all tabs hold open together. @throws Error if a tab does not show a change */
async function streamsOfTabs(context: BrowserContext, url: string): Promise<number> {
  const open = new Set<Request>();
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === LIVE) open.add(request);
  });
  const ended = (request: Request): void => void open.delete(request);
  context.on('requestfinished', ended);
  context.on('requestfailed', ended);
  const tabs = [];
  for (let n = 0; n < TABS; n++) tabs.push(await listTab(context, url));
  const { items } = (await (await context.request.get(`${url}/api/messages?limit=1`)).json()) as {
    items: { id: string; flagged: boolean }[];
  };
  const { id, flagged } = items[0]!;
  const change = await context.request.patch(`${url}/api/messages/${id}`, {
    headers: { 'X-Requested-By': 'bench' },
    data: { flagged: !flagged },
  });
  if (!change.ok()) throw new Error(`not marked: ${await change.text()}`);
  for (const tab of tabs)
    await until(tab, `(document.querySelector('#row-0 .flagged') !== null) === ${String(!flagged)}`);
  return open.size;
}
