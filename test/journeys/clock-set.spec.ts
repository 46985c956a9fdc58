import pg from 'pg';
import type { Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

const CLOCKS = [
  { set: 'back', by: '-40 seconds', isSeen: (ahead: number) => ahead < -30 },
  { set: 'one hour ahead', by: '1 hour', isSeen: (ahead: number) => ahead > 3500 },
  { set: 'to the true time', by: '0', isSeen: (ahead: number) => Math.abs(ahead) < 30 },
];

describe('a service on a database with another clock', () => {
  let running: RunningService;
  let admin: Requests;
  let database: pg.Client;

  beforeAll(async () => {
    running = await RunningService.start();
    admin = await running.signedIn();
    database = new pg.Client(running.databaseUrl);
    await database.connect();
    await setClock('0');
    await database.query(
      `create trigger another_clock before update of at_head on checkpoints for each row execute function another_clock()`,
    );
  });
  afterAll(async () => {
    await database.end();
    await running.stop();
  });

  const setClock = (by: string): Promise<unknown> =>
    database.query(
      `create or replace function another_clock() returns trigger language plpgsql as
       $$ begin new.at_head := now() + interval '${by}'; return new; end $$`,
    );

  async function secondsAhead(): Promise<number> {
    const { rows } = await database.query<{ ahead: number }>(
      'select extract(epoch from max(at_head) - now())::float8 as ahead from checkpoints',
    );
    return rows[0]!.ahead;
  }

  it.each(CLOCKS)('answers while that clock is set $set', async ({ by, isSeen }) => {
    await setClock(by);
    await waitUntil(secondsAhead, isSeen);
    expect((await admin.get('/api/me')).status).toBe(200);
  });
});
