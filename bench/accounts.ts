import { setTimeout as pause } from 'node:timers/promises';
import { SEARCHED as COLUMN } from '../projections/accounts/accounts.js';
import { SELECT_ACCOUNT } from '../projections/accounts/select-accounts.js';
import { Past } from '../projections/time-travel/past.js';
import { type AccountEvent, accountStream } from '../src/accounts/account.events.js';
import { type Figure, inTurn, median, quantile } from './figure.js';
import type { Ground } from './ground.js';
import { Load } from './load.js';
import { ACCOUNT, accountAdded, type RecordedMailbox, recordedLog } from './recorded-mailbox.js';
import { ServiceProcess } from './service-process.js';

const origin = { by: 'system', via: 'web', at: new Date().toISOString(), correlationId: 'bench', causationId: null };
const SEARCHED = 'box77';

/** A search in the list of many accounts against the bare query, and the past of an account with many changes. */
export async function accounts(ground: Ground): Promise<Figure[]> {
  const recorded = await recordedLog(ground);
  return [await past(ground, recorded), ...(await list(ground, recorded))];
}

async function past(ground: Ground, { log }: RecordedMailbox): Promise<Figure> {
  const changes = ground.small ? 500 : 2000;
  await log.append(accountStream(ACCOUNT), 'no-stream', [accountAdded(ACCOUNT, 'anna@example.test')], origin);
  const renamed = (n: number): AccountEvent => ({
    type: 'AccountRenamed',
    data: { accountId: ACCOUNT, from: `Name ${n}`, to: `Name ${n + 1}` },
  });
  for (let n = 0; n < changes; n += 500)
    await log.append(
      accountStream(ACCOUNT),
      n,
      Array.from({ length: 500 }, (_, i) => renamed(n + i)),
      origin,
    );
  const told = new Past(log);
  const rate = async (work: () => Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    for (let n = 0; n < 10; n++) await work();
    return (10 * 1000) / (performance.now() - begun);
  };
  const measured = await inTurn(ground.small ? 3 : 7, {
    limit: () =>
      rate(async () => {
        for await (const fact of log.read(accountStream(ACCOUNT))) if (fact.revision < 0) break;
      }),
    ours: () =>
      rate(async () => {
        const { cut } = await told.account(ACCOUNT, { at: new Date() });
        await Promise.all([told.people(cut), told.status(ACCOUNT, cut)]);
      }),
  });
  const what = `past of an account with ${changes} changes`;
  return { what, unit: '/s', ...measured, limitIs: 'reading its stream', target: { atLeast: 0.3 } };
}

async function list(ground: Ground, { log, pool, url }: RecordedMailbox): Promise<Figure[]> {
  const count = ground.small ? 1000 : 5000;
  ground.say(`recording ${count} accounts`);
  for (let n = 0; n < count; n += 500)
    await Promise.all(
      Array.from({ length: 500 }, (_, i) => {
        const id = String(n + i).padStart(32, '0');
        return log.append(accountStream(id), 'no-stream', [accountAdded(id, `box${n + i}@example.test`)], origin);
      }),
    );
  const service = await ServiceProcess.start(ground, url, { ROLES: 'api,projections' });
  const lags = async (): Promise<number[]> =>
    (await service.ask<{ followers: { lag: number }[] }>('GET', '/health/ready')).followers.map(({ lag }) => lag);
  while ((await lags()).some((lag) => lag > 0)) await pause(100);
  await pool.query('analyze');
  const load = new Load(service.url, 1);
  const headers = { Authorization: `Bearer ${service.token}` };
  const p99 = (ask: () => Promise<unknown>) => async (): Promise<number> => {
    const times: number[] = [];
    for (let n = 0; n < (ground.small ? 50 : 300); n++) {
      const begun = performance.now();
      await ask();
      times.push(performance.now() - begun);
    }
    return quantile(times, 0.99);
  };
  const query = `${SELECT_ACCOUNT}
    where strpos(lower(row.address), $1) > 0 or strpos(lower(row.name), $1) > 0 order by left(lower(row.address), 50), row.id limit 51`;
  const bare = p99(() => pool.query(query, [SEARCHED]));
  const own = p99(() =>
    pool.query(
      `${SELECT_ACCOUNT} where strpos(row.${COLUMN}, $1) > 0 order by left(lower(row.address), 50), row.id limit 51`,
      [SEARCHED],
    ),
  );
  const ours = p99(() => load.ask({ method: 'GET', path: `/api/accounts?q=${SEARCHED}`, headers }));
  await bare();
  await ours();
  const times = await inTurn(ground.small ? 3 : 5, { limit: bare, ours, own });
  load.close();
  await service.stop();
  ground.say(`list: ${median(times.ours).toFixed(1)} ms, bare ${median(times.limit).toFixed(1)} ms`);
  const asRate = (samples: number[]): number[] => samples.map((ms) => 1000 / ms);
  const what = `search in ${count} accounts, 1 / p99`;
  const searched = { what, unit: '/s', ours: asRate(times.ours) };
  return [
    { ...searched, limit: asRate(times.limit), limitIs: 'the bare query', target: { atLeast: 0.5 } },
    { ...searched, limit: asRate(times.own), limitIs: 'its own query, of one column' },
  ];
}
