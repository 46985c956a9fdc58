import { EventStoreDBClient } from '@eventstore/db-client';
import base, { compiled } from './jest.config.js';

const ANSWER_WITHIN = 5000;

/** `npm run test:eventstoredb`: the contract of the log against the server that EVENTSTORE_URL names. Fails when none answers. */
export default async function config() {
  const url = process.env.EVENTSTORE_URL;
  if (!url) fail('EVENTSTORE_URL names no server, e.g. esdb://127.0.0.1:2113?tls=false');
  await answer(url).catch((error) => fail(`no EventStoreDB answers at EVENTSTORE_URL: ${error.message}`));
  const { globalSetup, globalTeardown, ...rest } = base;
  return { ...rest, testMatch: [compiled('test/event-store/eventstoredb.real.js')], maxWorkers: 1 };
}

async function answer(url) {
  const timeout = setTimeout(
    () => fail(`no EventStoreDB answers at EVENTSTORE_URL within ${ANSWER_WITHIN} ms`),
    ANSWER_WITHIN,
  );
  const client = EventStoreDBClient.connectionString(url);
  for await (const _ of client.readAll({ maxCount: 1 }));
  clearTimeout(timeout);
}

function fail(line) {
  console.error(line);
  process.exit(1);
}
