import { randomUUID } from 'node:crypto';
import { type Figure, inTurn } from './figure.js';
import { type Ground, perSecond } from './ground.js';
import { Load } from './load.js';
import { said, ServiceProcess, spawned } from './service-process.js';

const CONNECTIONS = 16;
/** Enough accounts to keep each stream as short as in production. */
const ACCOUNTS = 400;

/** Granting and revoking access over HTTP, against a route of the same framework with one INSERT. */
export async function commands(ground: Ground): Promise<Figure[]> {
  const url = await ground.database();
  const service = await ServiceProcess.start(ground, url);
  const bare = spawned(ground, new URL('./bare-route.js', import.meta.url), { DATABASE_URL: url });
  const bareUrl = /ready: (\S+)/.exec(await said(bare, 'ready'))![1]!;
  const { id: userId } = await service.ask<{ id: string }>('POST', '/api/users', {
    name: 'Ben',
    email: 'ben@bench.example',
    role: 'user',
  });
  ground.say(`adding ${ACCOUNTS} accounts`);
  const accounts = await addAccounts(service);
  const ours = new Load(service.url, CONNECTIONS);
  const theirs = new Load(bareUrl, CONNECTIONS);
  const headers = { Authorization: `Bearer ${service.token}` };
  const turns = accounts.map(() => 0);
  let next = 0;
  const command = async (): Promise<number> => {
    const n = next++ % accounts.length;
    const method = turns[n]!++ % 2 === 0 ? 'PUT' : 'DELETE';
    await ours.ask({ method, path: `/api/accounts/${accounts[n]}/access/${userId}`, headers });
    return 1;
  };
  const row = async (): Promise<number> => (await theirs.ask({ method: 'PUT', path: `/bare/${randomUUID()}` }), 1);
  const [ms, rounds] = ground.small ? [500, 1] : [3000, 5];
  await perSecond(CONNECTIONS, ms, command);
  await perSecond(CONNECTIONS, ms, row);
  ground.say('commands');
  const measured = await inTurn(rounds, {
    limit: () => perSecond(CONNECTIONS, ms, row),
    ours: () => perSecond(CONNECTIONS, ms, command),
  });
  ours.close();
  theirs.close();
  await service.stop();
  const what = `commands on ${CONNECTIONS} connections`;
  return [{ what, unit: '/s', ...measured, limitIs: 'a bare route with one INSERT', target: { atLeast: 0.5 } }];
}

async function addAccounts(service: ServiceProcess): Promise<string[]> {
  const at = { host: '127.0.0.1', port: 1, security: 'none' };
  const ids: string[] = [];
  for (let n = 0; n < ACCOUNTS; n += CONNECTIONS)
    ids.push(
      ...(await Promise.all(
        Array.from({ length: CONNECTIONS }, async (_, m) => {
          const body = { address: `a${n + m}@bench.example`, password: 'secret', incoming: at, outgoing: at };
          return (await service.ask<{ id: string }>('POST', '/api/accounts?skipTest=true', body)).id;
        }),
      )),
    );
  return ids;
}
