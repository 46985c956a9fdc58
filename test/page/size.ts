import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { JOURNEY_MS, type PageWorld } from './page-world.js';

const MOST_JS = 200_000;
const MOST_CSS = 20_000;

export function size(world: () => PageWorld): void {
  it.each(['en', 'pl'] as const)(
    'loads little for the list of mail (%s)',
    async (language) => {
      const page = await world().tab('ben', '/mail', language);
      await page.getByRole('grid').getByRole('row').nth(3).waitFor();
      const loaded = await page.evaluate<string[]>(`performance.getEntriesByType('resource').map(({ name }) => name)`);
      const weigh = async (ending: string): Promise<number> => {
        const names = loaded.filter((url) => url.endsWith(ending)).map((url) => basename(url));
        const files = await Promise.all(names.map((name) => readFile(join(world().pageDir, 'assets', name))));
        return files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
      };
      const weights = { js: await weigh('.js'), css: await weigh('.css') };
      process.stdout.write(`/mail in ${language}: ${weights.js} bytes of JavaScript, ${weights.css} of CSS (gzip)\n`);
      expect(weights.js).toBeGreaterThan(50_000);
      expect(weights.js).toBeLessThanOrEqual(MOST_JS);
      expect(weights.css).toBeLessThanOrEqual(MOST_CSS);
    },
    JOURNEY_MS,
  );
}
