import 'reflect-metadata';
import { pino } from 'pino';
import { factShapes } from '../src/all.events.js';
import { closeMessageWorkers } from '../src/mail/reading/message.js';
import { readConfig } from '../src/platform/config.js';
import { standAlone } from '../src/platform/moving/alone.js';
import { endImport } from '../src/platform/moving/end-import.js';
import { readManifest } from '../src/platform/moving/export-folder.js';
import { beginImport, importLog } from '../src/platform/moving/import-log.js';
import { withTarget } from '../src/platform/moving/open-target.js';
import { openPlatform } from '../src/platform/open-platform.js';
import { loadMasterKey } from '../src/platform/secrets/master-key.js';
import { allProjections, allSagas } from '../src/service.js';

const config = readConfig(process.env);
const logger = pino({ level: 'warn' }, pino.destination(2));
const followers = [...allProjections().map(({ id }) => id), ...allSagas().map(({ name }) => name)];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * `npm run import -- <folder>` fills an empty database and an empty log from an export, then computes the read models.
 * After a kill, the same command goes on.
 */
async function main(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error('No folder was named. Name that of an export: npm run import -- <folder>');
  const manifest = await readManifest(folder);
  await withTarget(config, logger, async (target) => {
    await standAlone(target.locks, followers);
    const isImported = await beginImport(target, folder, manifest);
    await loadMasterKey(target.pool, config.dataDir, config.masterKey);
    if (!isImported) await importLog(target, folder, manifest);
  });
  for (const [name, { lines }] of Object.entries(manifest.files)) say(`${name}: ${lines}`);
  await computeReadModels();
  say('imported: start the service');
}

async function computeReadModels(): Promise<void> {
  const platform = await openPlatform(config, logger, factShapes, allProjections(), 'tool');
  try {
    await standAlone(platform.locks, followers);
    await endImport(platform, allProjections(platform), ({ id }, facts) => say(`${id}: computed from ${facts} facts`));
  } finally {
    await closeMessageWorkers();
    await platform.close();
  }
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
