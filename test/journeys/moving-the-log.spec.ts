import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { KillPoint } from '../crash/kill-points.js';
import { freshDatabase, type TestDatabase } from '../database.js';
import { EventStoreDbStandIn } from '../event-store/eventstoredb-stand-in.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { runScript } from '../service/script-process.js';
import { DEMO_ADDRESS, fillWithDemo } from './demo-mailbox.js';
import { EventStream } from './event-stream.js';
import { accountOn, addAccount, fetchMail } from './mailbox.js';
import { shownTo } from './moved-log.js';
import { allOf, done, type Recorded, Requests } from './requests.js';
import { RunningService } from './running-service.js';

const users = { [DEMO_ADDRESS]: 'her-mailbox' };
const BEN = { email: 'ben@mailroom.test', password: 'a long first password' };
const company = { name: 'Bees' };

let folder: string;
let mail: MailServer;
let source: RunningService;
let env: Record<string, string>;
let accountId: string;
/** clients of the service before the move */
let [admin, ben, expelled]: Requests[] = [];
let before: object;
/** an answer and a cursor of the service before the move */
let added: Recorded;
let cursor: string;
const once = { 'Idempotency-Key': randomUUID() };
const withMail = (by: Requests): Promise<object> => shownTo(by, accountId);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-export-'));
  [source, mail] = await Promise.all([RunningService.start(), startMailServer({ users })]);
  await fillWithDemo(mail);
  admin = await source.signedIn();
  const settings = { createContacts: true, createTasks: true };
  accountId = (await addAccount(admin, accountOn(mail, DEMO_ADDRESS, users[DEMO_ADDRESS], settings))).id;
  const { id } = done(await admin.post<Recorded>('/api/users', { name: 'Ben', role: 'user', ...BEN }));
  await admin.put(`/api/accounts/${accountId}/access/${id}`);
  expelled = await source.signedIn(BEN);
  ben = await source.signedIn(BEN);
  const passwords = { current: BEN.password, password: 'a long second password' };
  done(await ben.put<Recorded>(`/api/users/${id}/password`, passwords));
  await fetchMail(admin, accountId);
  added = done(await admin.with(once).post<Recorded>('/api/companies', company));
  await source.settled();
  before = await withMail(admin);
  cursor = done(await admin.get<{ next: string }>('/api/contacts?limit=2')).next;
  env = { DATA_DIR: source.dataDir, ALLOW_PRIVATE_MAIL_HOSTS: 'true' };
}, 180_000);
afterAll(async () => {
  await Promise.all([source?.stop(), mail?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

it('exports a stopped service only', async () => {
  const refused = await runScript('export', join(folder, 'all'), { ...env, DATABASE_URL: source.databaseUrl });
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('a Mailroom is running') });
  await source.end();
  const exported = await runScript('export', join(folder, 'all'), { ...env, DATABASE_URL: source.databaseUrl });
  expect(exported).toMatchObject({ code: 0, output: expect.stringContaining('as confidential as a backup') });
}, 60_000);

it('writes files for their owner alone', async () => {
  const files = await readdir(join(folder, 'all'));
  expect(files).toEqual(expect.arrayContaining(['manifest.json', 'facts.ndjson', 'data_keys.ndjson']));
  for (const file of files) expect((await stat(join(folder, 'all', file))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'all'))).mode & 0o777).toBe(0o700);
});

const KILLS = ['import.tables-filled#1', 'import.committed#1', 'import.rebuilt#5'] as const;
type KillAt = `${KillPoint}#${number}`;

describe.each<{ engine: string; isEventStoreDb: boolean; kills: readonly KillAt[] }>([
  { engine: 'PostgreSQL', isEventStoreDb: false, kills: ['import.begun#1', 'import.inserted#1', ...KILLS] },
  {
    engine: 'EventStoreDB',
    isEventStoreDb: true,
    kills: ['import.begun#1', 'import.appended#30', 'import.appended#60', ...KILLS],
  },
])('a log that was moved to $engine', ({ isEventStoreDb, kills }) => {
  let database: TestDatabase;
  let eventstore: EventStoreDbStandIn | undefined;
  let target: Record<string, string>;
  let service: RunningService;
  const moved = (by: Requests): Requests => new Requests(service.url, by.headers);

  beforeAll(async () => {
    database = await freshDatabase();
    if (isEventStoreDb) eventstore = await EventStoreDbStandIn.started({ advertiseBatchAppend: true });
    target = { ...env, DATABASE_URL: database.url, ...(eventstore && { EVENTSTORE_URL: eventstore.url }) };
  });
  afterAll(async () => {
    await service?.stop();
    await eventstore?.stop();
    await database?.drop();
  });

  it('is whole although the import was killed at any step', async () => {
    for (const at of kills) {
      expect(await runScript('import', join(folder, 'all'), target, at)).toMatchObject({ signal: 'SIGKILL' });
      await expect(RunningService.start({ env: target })).rejects.toThrow(
        'an import into this database is not finished',
      );
    }
    const imported = await runScript('import', join(folder, 'all'), target);
    expect(imported).toMatchObject({ code: 0, output: expect.stringContaining('imported: start the service') });
    service = await RunningService.start({ env: target });
    await service.settled();
  }, 240_000);

  it('shows the same histories, rights, mail and records', async () => {
    expect(await withMail(moved(admin!))).toEqual(before);
  });

  it('finds no new mail, and creates nothing again', async () => {
    expect(await fetchMail(moved(admin!), accountId)).toMatchObject({ state: 'done', found: 0, received: 0 });
    await service.settled();
    const counts = async (path: string): Promise<number> => (await allOf(moved(admin!), path)).length;
    for (const list of ['contacts', 'companies', 'tasks'])
      expect({ list, n: await counts(`/api/${list}`) }).toEqual({
        list,
        n: (before as Record<string, unknown[]>)[list]!.length,
      });
  });

  it('keeps sessions in force, and ended sessions ended', async () => {
    expect((await moved(ben!).get('/api/me')).status).toBe(200);
    expect((await moved(expelled!).get('/api/me')).status).toBe(401);
  });

  it('repeats the answer of a command from before, with the position of its fact in this log', async () => {
    const again = done(await moved(admin!).with(once).post<Recorded>('/api/companies', company));
    expect(again.id).toBe(added.id);
    expect((await moved(admin!).after(again).get('/api/companies')).status).toBe(200);
  });

  it('knows the positions of clients from before, or refuses them with 410', async () => {
    const expected = isEventStoreDb ? 410 : 200;
    const asks = moved(admin!);
    const waiting = await asks.with({ 'X-Wait-For': added.position }).get('/api/contacts');
    expect(waiting.status).toBe(expected);
    if (isEventStoreDb) expect(waiting.body.reason).toBe('position-of-another-log');
    expect((await asks.get(`/api/contacts?limit=2&cursor=${encodeURIComponent(cursor)}`)).status).toBe(expected);
    const stream = await EventStream.open(asks, added.position);
    expect(stream.events.some(({ kind }) => kind === 'reset')).toBe(isEventStoreDb);
    stream.close();
  });

  it('refuses a second import', async () => {
    const again = await runScript('import', join(folder, 'all'), target);
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('a Mailroom is running') });
  });
});

it('refuses another master key in one line, and then goes on with the right one', async () => {
  const database = await freshDatabase();
  const target = { ...env, DATABASE_URL: database.url };
  const wrong = await runScript('import', join(folder, 'all'), { ...target, MASTER_KEY: 'ab'.repeat(32) });
  expect(wrong.code).toBe(1);
  expect(wrong.output.trim()).toMatch(/^the master key \(MASTER_KEY\) is not the one .* restore its key$/);
  expect(await runScript('import', join(folder, 'all'), target)).toMatchObject({ code: 0 });
  const again = await runScript('import', join(folder, 'all'), target);
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining('is finished') });
  await database.drop();
});

it('refuses a database that is not empty', async () => {
  const used = { ...env, DATABASE_URL: source.databaseUrl };
  const refused = await runScript('import', join(folder, 'all'), used);
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('the database is not empty') });
});
