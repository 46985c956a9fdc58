import { waitUntil } from '../journeys/wait-until.js';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser as Chromium, type BrowserContext, chromium, type Page } from 'playwright-core';

export type Language = 'en' | 'pl';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Longest wait for anything on the page; long, because tests share the processor. */
const PATIENCE_MS = 30_000;
/** A folder for pictures of each checked state; absent: no pictures. */
const PICTURES = process.env.PAGE_PICTURES;
const WIDTHS = [360, 768, 1280];
const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** React Aria puts buttons for screen readers beside the dialog of a popover, and tooltips, outside of every region. */
const RULES = `{ region: { enabled: document.querySelector('.popover, .tooltip') === null } }`;

/** Looks of each check: every language and every colour scheme once. */
const LOOKS = [
  { language: 'pl', colorScheme: 'dark' },
  { language: 'en', colorScheme: 'light' },
] as const;

/** Resolves once the page is drawn at its size, and nothing on it moves any more. */
const DRAWN = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  .then(() => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity))
  .then((ending) => Promise.allSettled(ending.map(({ finished }) => finished)))`;

/** Debian's Chromium, without a window. */
export class Browser {
  /** errors of scripts, and violations of the policy, since the last check */
  private readonly complaints: string[] = [];

  private constructor(private readonly chromium: Chromium) {}

  static async start(): Promise<Browser> {
    const browser = await chromium
      .launch({ executablePath: EXECUTABLE, args: FLAGS })
      .catch((error: Error) => Promise.reject(new Error(`Chromium (apt: chromium) does not start: ${error.message}`)));
    return new Browser(browser);
  }

  /** A browser without cookies and storage. */
  async person(language: Language = 'en'): Promise<BrowserContext> {
    const context = await this.chromium.newContext({
      locale: language === 'pl' ? 'pl-PL' : 'en-GB',
      timezoneId: 'Europe/Warsaw',
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    context.on('console', (message) => {
      // Chromium itself reports every answer that is no success.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.complaints.push(message.text());
    });
    context.on('weberror', (error) => this.complaints.push(String(error.error())));
    return context;
  }

  /** Errors since the last call. */
  taken(): string[] {
    return this.complaints.splice(0);
  }

  async stop(): Promise<void> {
    await this.chromium.close();
  }
}

interface Violation {
  id: string;
  help: string;
  nodes: { target: string[]; html: string; failureSummary: string }[];
}

/**
 * Violations of the rules of axe on the page as it is, in both languages and both colour schemes; one line each.
 * @param name of the pictures
 */
export async function violations(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const { language, colorScheme } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await speak(page, language);
    if (PICTURES !== undefined) await takePictures(page, PICTURES, `${name}-${language}-${colorScheme}`);
    await page.evaluate(AXE);
    const { violations: here } = await page.evaluate<{ violations: Violation[] }>(
      `axe.run({ exclude: ['[data-live-announcer]'] }, { iframes: false, resultTypes: ['violations'], rules: ${RULES} })`,
    );
    for (const { id, help, nodes } of here)
      for (const { target, html } of nodes)
        found.push(
          `${name}, ${language}, ${colorScheme}: ${id} (${help}) at ${target.join(' ')}: ${html.slice(0, 200)}`,
        );
  }
  return found;
}

/** Shows the page in a language, as a choice in another tab does; a page that is still loading hears it later. */
export async function speak(page: Page, language: Language): Promise<void> {
  await waitUntil(
    () =>
      page.evaluate<string>(
        `localStorage.setItem('language', '${language}');
         dispatchEvent(new StorageEvent('storage', { key: 'language', newValue: '${language}' }));
         document.documentElement.lang`,
      ),
    (shown) => shown === language,
  );
}

async function takePictures(page: Page, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const before = page.viewportSize()!;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
    await page.evaluate(DRAWN);
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), animations: 'disabled' });
  }
  await page.setViewportSize(before);
}
