import 'reflect-metadata';
import { pino } from 'pino';
import { factShapes } from '../src/all.events.js';
import { readConfig } from '../src/platform/config.js';
import { poolOf } from '../src/platform/database/database.js';
import { standAlone } from '../src/platform/moving/alone.js';
import { exportLog } from '../src/platform/moving/export-log.js';
import { openPlatform } from '../src/platform/open-platform.js';
import { allProjections, allSagas } from '../src/service.js';

/** `npm run export -- <folder>` writes log and tables of a stopped service into a new folder. */
async function main(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error('No folder was named. Name a new one: npm run export -- <folder>');
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const platform = await openPlatform(readConfig(process.env), logger, factShapes, [], 'tool');
  try {
    const names = allSagas().map(({ name }) => name);
    await standAlone(platform.locks, [...allProjections().map(({ id }) => id), ...names]);
    const files = await exportLog(folder, { pool: poolOf(platform.database), store: platform.store }, names);
    for (const [name, { lines }] of Object.entries(files)) process.stdout.write(`${name}: ${lines}\n`);
    process.stdout.write(`exported to ${folder}, which is as confidential as a backup\n`);
  } finally {
    await platform.close();
  }
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
