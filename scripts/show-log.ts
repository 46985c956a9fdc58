import 'reflect-metadata';
import { pino } from 'pino';
import { factShapes } from '../src/all.events.js';
import { readConfig } from '../src/platform/config.js';
import { openPlatform } from '../src/platform/open-platform.js';

/** `npm run log <stream>` prints the stored facts of a stream, one JSON object a line; personal fields stay sealed. */
async function main(stream: string | undefined): Promise<void> {
  if (stream === undefined)
    throw new Error('No stream was named. Name one, such as account-<id>, message-<id> or users.');
  const platform = await openPlatform(
    readConfig(process.env),
    pino({ level: 'warn' }, pino.destination(2)),
    factShapes,
    [],
    'tool',
  );
  try {
    let facts = 0;
    for await (const fact of platform.store.read(stream)) {
      facts += 1;
      process.stdout.write(`${JSON.stringify(fact)}\n`);
    }
    if (facts === 0) throw new Error(`The log has no stream ${stream}. Check the spelling.`);
  } finally {
    await platform.close();
  }
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
