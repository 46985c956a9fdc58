import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '../database.js';
import { TcpProxy } from '../event-store/tcp-proxy.js';
import type { Answer, Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

interface Readiness {
  status: string;
  parts: Record<string, string>;
  followers: { name: string; retry: { reason: string } | null }[];
  blobFolder: { state: string; reason: string | null };
}

/** Maximum time of an answer, in milliseconds. */
const SECONDS = 15_000;

describe('a service on a database with silent connections', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let running: RunningService;
  let admin: Requests;

  beforeAll(async () => {
    database = await freshDatabase();
    const url = new URL(database.url);
    proxy = await TcpProxy.opened(url.hostname, Number(url.port));
    url.host = `localhost:${proxy.port}`;
    running = await RunningService.start({ env: { DATABASE_URL: url.href } });
    admin = await running.signedIn();
  });
  afterAll(async () => {
    await running.stop();
    await proxy.close();
    await database.drop();
  });

  const health = (): Promise<Answer<Readiness>> => running.nobody.get<Readiness>('/health/ready');
  const addUser = (name: string): Promise<Answer<unknown>> =>
    admin.post('/api/users', { name, email: `${name}@mailroom.test`, role: 'user', password: 'correct horse battery' });

  async function inTime<T extends Answer<unknown>>(ask: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const answer = await ask();
    expect(performance.now() - began).toBeLessThan(SECONDS);
    return answer;
  }

  it('answers within seconds that they do not answer', async () => {
    proxy.swallow();
    proxy.stopListening();
    const answers = await Promise.all([
      inTime(health),
      ...Array.from({ length: 20 }, () => inTime(() => admin.get('/api/accounts'))),
      inTime(() => addUser('early')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(answers[0]).toMatchObject({
      body: { status: 'not-ready', parts: { database: 'not-answering', log: 'not-answering' } },
    });
  }, 60_000);

  it('recovers by itself once new connections work', async () => {
    await proxy.open();
    await waitUntil(
      () => addUser('late'),
      ({ status }) => status === 201,
    );
    await waitUntil(health, ({ body }) => body.status === 'ready');
  }, 60_000);

  it('recovers also from old connections alone that swallow everything', async () => {
    proxy.swallow();
    expect((await inTime(() => addUser('during'))).status).toBe(503);
    await waitUntil(
      () => addUser('afterwards'),
      ({ status }) => status === 201,
    );
    await running.settled();
    await waitUntil(health, ({ body }) => body.status === 'ready');
  }, 60_000);

  it('names the folder of messages that is gone', async () => {
    const folder = join(running.dataDir, 'blobs');
    await rename(folder, `${folder}-away`);
    expect((await health()).body).toMatchObject({ status: 'degraded', blobFolder: { state: 'missing' } });
    await rename(`${folder}-away`, folder);
    expect((await health()).body).toMatchObject({ status: 'ready', blobFolder: { state: 'ok', reason: null } });
  });
});
