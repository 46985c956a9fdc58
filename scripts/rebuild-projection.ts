import 'reflect-metadata';
import { pino } from 'pino';
import { factShapes } from '../src/all.events.js';
import { closeMessageWorkers } from '../src/mail/reading/message.js';
import { readConfig } from '../src/platform/config.js';
import { openPlatform } from '../src/platform/open-platform.js';
import { rebuild } from '../src/platform/read-models/rebuild.js';
import { allProjections } from '../src/service.js';

/** `npm run projections:rebuild <name> […]` or `all` rebuilds read models. The service may run meanwhile. */
async function main(wanted: readonly string[]): Promise<void> {
  const names = allProjections().map(({ name }) => name);
  const unknown = wanted.filter((name) => name !== 'all' && !names.includes(name));
  if (wanted.length === 0 || unknown.length > 0) {
    const problem = unknown.length > 0 ? `There is no read model ${unknown.join(', ')}.` : 'No read model was named.';
    throw new Error(`${problem} Name some of ${names.join(', ')}, or all.`);
  }
  const config = readConfig(process.env);
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const platform = await openPlatform(config, logger, factShapes, allProjections(), 'tool');
  try {
    for (const projection of allProjections(platform)) {
      if (!wanted.includes('all') && !wanted.includes(projection.name)) continue;
      const started = performance.now();
      const { facts, position } = await rebuild(platform, projection);
      const seconds = (performance.now() - started) / 1000;
      process.stdout.write(
        `${projection.id}: rebuilt from ${facts} facts in ${seconds.toFixed(1)} s, up to position ${Number(position)}\n`,
      );
    }
    if (wanted.includes('all')) {
      const head = await platform.store.head();
      for (const name of await platform.checkpoints.rewind(head))
        process.stdout.write(`${name}: was past the end of the log and continues there, at position ${Number(head)}\n`);
    }
  } finally {
    await closeMessageWorkers();
    await platform.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
