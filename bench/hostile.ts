import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startDovecot } from '../test/dovecot.js';
import { fetched } from './fetching.js';
import type { Figure } from './figure.js';
import type { Ground } from './ground.js';
import { hostileMail, hostileRequests } from './hostile-mail.js';
import { ServiceProcess } from './service-process.js';

const EVE = 'eve@example.test';
const LONGEST_TURN_MS = 100;

/** The longest turn of the main thread while hostile mail is fetched, listed and opened, and in hostile requests. */
export async function hostile(ground: Ground): Promise<Figure[]> {
  const server = await startDovecot({ users: { [EVE]: 'secret' } });
  ground.atTheEnd(() => server.stop());
  const mails = hostileMail();
  server.fill(
    EVE,
    'INBOX',
    mails.map(([, raw]) => raw),
  );
  const file = join(ground.dir, 'turns');
  const service = await ServiceProcess.start(ground, await ground.database(), {
    TURNS_FILE: file,
    NODE_OPTIONS: `--import=${new URL('./turns.js', import.meta.url).href}`,
  });
  const longestTurn = async (): Promise<number> => {
    await rm(file, { force: true });
    service.signal('SIGUSR2');
    for (;;) {
      const written = await readFile(file, 'utf8').catch(() => '');
      if (written !== '') return Number(written);
      await pause(20);
    }
  };
  const during = async (what: string, work: () => Promise<unknown>): Promise<number> => {
    await longestTurn();
    await work();
    const ms = await longestTurn();
    ground.say(`${what}: ${ms.toFixed(0)} ms`);
    return ms;
  };
  await service.caughtUp();
  const fetch = await during('fetch', async () => {
    await fetched(service, server, EVE, mails.length);
    await service.caughtUp();
  });
  const { items } = await service.ask<{ items: { id: string; subject: string }[] }>('GET', '/api/messages?limit=200');
  const openings: number[] = [await during('list', () => service.status('GET', '/api/messages?limit=200'))];
  for (const { id, subject } of items)
    openings.push(await during(subject, () => service.status('GET', `/api/messages/${id}?images=true`)));
  const requests: number[] = [];
  for (const { what, path, body, signedIn } of hostileRequests())
    requests.push(
      await during(what, () => service.status(body === undefined ? 'GET' : 'POST', path, { body, signedIn })),
    );
  await service.stop();
  const figure = (what: string, ours: readonly number[]): Figure => ({
    what: `longest turn, ${what}`,
    unit: 'ms CPU',
    ours: [Math.max(...ours)],
    limit: [LONGEST_TURN_MS],
    limitIs: 'promised',
    target: { atMost: 1 },
  });
  return [
    figure('hostile mail fetched', [fetch]),
    figure('hostile mail opened', openings),
    figure('hostile requests', requests),
  ];
}
