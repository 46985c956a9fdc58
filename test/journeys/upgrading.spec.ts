import pg from 'pg';
import { companies } from '../../projections/companies/companies.js';
import { Locks } from '../../src/platform/database/locks.js';
import { START } from '../../src/platform/log/event-store.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

interface Health {
  status: string;
  followers: { name: string; building: string | null; stalled: boolean }[];
}

const [newer, older] = [companies.version, companies.version - 1].map((version) => `companies_${version}`);

describe('a service that starts on the read models of an earlier release', () => {
  let before: RunningService;
  let running: RunningService | undefined;
  let database: pg.Client;
  let building: Locks;

  beforeEach(async () => {
    before = await RunningService.start();
    const admin = await before.signedIn();
    done(await admin.post<Recorded>('/api/companies', { name: 'Ada & Co' }));
    await before.settled();
    await before.end();
    database = new pg.Client(before.databaseUrl);
    await database.connect();
    await database.query(
      `create table ${older} (like ${newer}); insert into ${older} select * from ${newer};
       update ${older} set name = 'Ada of old'; drop table ${newer};
       update checkpoints set name = 'companies@${companies.version - 1}' where name = '${companies.id}'`,
    );
    building = new Locks(before.databaseUrl);
    await building.tryAcquire(`rebuild ${companies.id}`);
  });
  afterEach(async () => {
    await building.close();
    await database.end();
    await running?.stop();
    running = undefined;
    await before.stop();
  });

  async function start(): Promise<Requests> {
    running = await RunningService.start({ beside: before });
    return running.signedIn();
  }
  const names = async (admin: Requests): Promise<string[]> =>
    done(await admin.get<{ items: { name: string }[] }>('/api/companies')).items.map(({ name }) => name);
  const ofCompanies = ({ followers }: Health): object | undefined =>
    followers.find(({ name }) => name === companies.id);

  it('answers from the old rows, then from the new ones, and health tells it', async () => {
    const admin = await start();
    expect(await names(admin)).toEqual(['Ada of old']);
    const { body: health } = await admin.get<Health>('/health/ready');
    expect(health.status).toBe('degraded');
    expect(ofCompanies(health)).toMatchObject({ building: START, stalled: false });
    await building.close();
    expect(
      await waitUntil(
        () => names(admin),
        ([name]) => name !== 'Ada of old',
      ),
    ).toEqual(['Ada & Co']);
    await running!.settled();
    expect(ofCompanies((await admin.get<Health>('/health/ready')).body)).toMatchObject({ building: null });
    await waitUntil(
      async () => (await database.query(`select to_regclass('${older}') as old`)).rows as { old: string | null }[],
      ([row]) => row!.old === null,
    );
  });

  it('refuses queries until the new rows are complete, if the old ones have other columns', async () => {
    await database.query(`alter table ${older} drop column domain`);
    const admin = await start();
    const refused = await admin.get('/api/companies');
    expect(refused).toMatchObject({ status: 503, body: { reason: 'read-model-being-built' } });
    expect(refused.body.detail).toContain(`${companies.id}: 0 %`);
    await building.close();
    const { body } = await waitUntil(
      () => admin.get<{ items: { name: string }[] }>('/api/companies'),
      ({ status }) => status === 200,
    );
    expect(body.items).toMatchObject([{ name: 'Ada & Co' }]);
  });
});
