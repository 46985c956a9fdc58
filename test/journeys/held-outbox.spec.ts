import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { done } from './requests.js';
import { RunningService } from './running-service.js';

interface Readiness {
  status: string;
  held: { name: string; why: string; since: string }[];
}

let first: RunningService;
let copy: string;
const running: RunningService[] = [];

beforeAll(async () => {
  first = await RunningService.start();
  await first.settled();
  await first.end();
  copy = await mkdtemp(join(tmpdir(), 'mailroom-copy-'));
  await cp(first.dataDir, copy, { recursive: true, preserveTimestamps: true });
});
afterEach(() => Promise.all(running.splice(0).map((service) => service.end())));
afterAll(async () => {
  await first?.stop();
  if (copy) await rm(copy, { recursive: true });
});

async function startOn(dataDir: string): Promise<RunningService> {
  const service = await RunningService.start({ beside: first, config: { dataDir } });
  running.push(service);
  return service;
}

const heldAt = async (service: RunningService): Promise<Readiness['held']> =>
  done(await service.nobody.get<Readiness>('/health/ready')).held;

it('a service that starts again holds nothing', async () => {
  expect(await heldAt(await startOn(first.dataDir))).toEqual([]);
});

it('a service on a new folder with the master key alone holds nothing', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'mailroom-empty-'));
  await cp(join(first.dataDir, 'master.key'), join(empty, 'master.key'));
  const service = await startOn(empty);
  expect(await heldAt(service)).toEqual([]);
  await service.end();
  await rm(empty, { recursive: true });
});

it('a copied folder holds the outbox on all processes, until an administrator releases it', async () => {
  const service = await startOn(copy);
  const held = { name: 'outbox', why: 'folder-copied', since: expect.any(String) };
  expect(await heldAt(service)).toEqual([held]);
  expect(service.logged.join('\n')).toContain('mail that was queued before is held');
  const original = await startOn(first.dataDir);
  expect(done(await original.nobody.get<Readiness>('/health/ready'))).toMatchObject({
    status: 'degraded',
    held: [held],
  });

  const administrator = await original.signedIn();
  const guest = { name: 'Gina', email: 'gina@mailroom.test', role: 'auditor', password: 'a long enough phrase' };
  done(await administrator.post('/api/users', guest));
  const auditor = await original.signedIn(guest);
  expect(await auditor.ask('DELETE', '/api/outbox/hold')).toMatchObject({ status: 403 });
  expect(await heldAt(original)).toEqual([held]);

  const released = done(await administrator.ask<{ revision: number }>('DELETE', '/api/outbox/hold'));
  expect(await heldAt(original)).toEqual([]);
  expect(done(await administrator.ask('DELETE', '/api/outbox/hold'))).toMatchObject({ revision: released.revision });
  await service.end();
  expect(await heldAt(await startOn(copy))).toEqual([]);
});
