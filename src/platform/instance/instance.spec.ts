import { cp, mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { freshDatabase, newPool, type TestDatabase } from '../../../test/database.js';
import { toPosition } from '../log/event-store.js';
import { Instance } from './instance.js';

let database: TestDatabase;
let pool: pg.Pool;
let dir: string;
let instance: Instance;

beforeAll(async () => {
  database = await freshDatabase();
  pool = newPool(database.url);
});
beforeEach(async () => {
  await pool.query('truncate instances, unseen_sends');
  dir = await mkdtemp(join(tmpdir(), 'instance-'));
  instance = new Instance(dir, pool);
});
afterEach(() => rm(dir, { recursive: true }));
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

async function beats(count: number, of = instance): Promise<void> {
  for (let n = 0; n < count; n++) await of.beat();
}

/** The rows as they are now, to set the database back to them. */
async function backup(): Promise<() => Promise<void>> {
  await pool.query('drop table if exists instances_before; create table instances_before as table instances');
  return async () => {
    await pool.query('truncate instances; insert into instances select * from instances_before');
  };
}

const silentFor = (duration: string) =>
  pool.query('update instances set beat_at = beat_at - $1::interval', [duration]).then(() => undefined);

describe('a data folder is in its place', () => {
  const stays = (when: string, work: () => Promise<unknown>): void =>
    it(when, async () => {
      await work();
      expect(await instance.displacement()).toBeNull();
    });

  stays('at its first start', async () => {
    await beats(1);
  });

  stays('after a weekend without a process', async () => {
    await beats(20);
    await silentFor('3 days');
  });

  stays('after a crash between file and row', async () => {
    await beats(3);
    await pool.query('update instances set beat = beat - 1');
  });

  stays('while several processes beat', async () => {
    await beats(1);
    const others = [1, 2, 3].map(() => new Instance(dir, pool));
    for (let n = 0; n < 10; n++) await Promise.all([instance, ...others].map((each) => each.beat()));
  });

  stays('when the clock of the machine or of the database is wrong by years', async () => {
    await beats(10);
    await silentFor('-2 years');
    await utimes(join(dir, 'instance'), new Date(0), new Date(0));
  });

  stays('when its disk has another number', async () => {
    await beats(2);
    await pool.query(`update instances set device = '99'`);
  });

  stays('when its file system tells no time of birth', async () => {
    await beats(2);
    await pool.query(`update instances set born = '0'`);
  });

  stays('when it is moved on its disk', async () => {
    await beats(2);
    await rename(dir, `${dir}-moved`);
    await rename(`${dir}-moved`, dir);
  });

  stays('after it joined again', async () => {
    await beats(2);
    await writeFile(join(dir, 'instance'), 'torn');
    await instance.join();
    await beats(2);
  });
});

describe('a new folder', () => {
  it('of a second machine joins, and the first stays in its place', async () => {
    await beats(5);
    const second = await mkdtemp(join(tmpdir(), 'instance-'));
    const other = new Instance(second, pool);
    expect(await other.displacement()).toBeNull();
    await beats(3, other);
    expect([await instance.displacement(), await other.displacement()]).toEqual([null, null]);
    await rm(second, { recursive: true });
  });

  it('of a container without a volume joins at each start, and its rows go after a year', async () => {
    for (let n = 0; n < 3; n++) {
      await rm(join(dir, 'instance'), { force: true });
      expect(await instance.displacement()).toBeNull();
      await beats(2);
    }
    await silentFor('13 months');
    await beats(1);
    expect(await pool.query('select from instances')).toMatchObject({ rowCount: 1 });
  });
});

describe('a displacement', () => {
  it('is a copied folder', async () => {
    await beats(5);
    const copy = await mkdtemp(join(tmpdir(), 'instance-'));
    await cp(dir, copy, { recursive: true, preserveTimestamps: true });
    expect(await new Instance(copy, pool).displacement()).toBe('folder-copied');
    expect(await instance.displacement()).toBeNull();
    await rm(copy, { recursive: true });
  });

  it('is a folder from a backup in the place of the lost one', async () => {
    await beats(5);
    await cp(dir, `${dir}-backup`, { recursive: true, preserveTimestamps: true });
    await rm(dir, { recursive: true });
    await rename(`${dir}-backup`, dir);
    expect(await instance.displacement()).toBe('folder-copied');
  });

  it('is a folder that was set back in place', async () => {
    await beats(5);
    const before = await readFile(join(dir, 'instance'));
    await beats(10);
    await writeFile(join(dir, 'instance'), before, { flag: 'r+' });
    expect(await instance.displacement()).toBe('folder-restored');
  });

  it('is a damaged file', async () => {
    await beats(2);
    await writeFile(join(dir, 'instance'), '');
    expect(await instance.displacement()).toBe('folder-restored');
  });

  it('is a database that was set back by more than a minute, also under a running process', async () => {
    await beats(5);
    const restore = await backup();
    await beats(10);
    await restore();
    expect(await instance.displacement()).toBe('database-restored');
    await instance.join();
    await beats(2);
    expect(await instance.displacement()).toBeNull();
  });

  it('is a database from before the folder', async () => {
    const restore = await backup();
    await beats(1);
    await restore();
    expect(await instance.displacement()).toBe('database-restored');
  });
});

describe('mail that may have left unseen', () => {
  it('is all that was queued before ten minutes of silence, on every process', async () => {
    expect([await instance.wasSilent(), await instance.unseen()]).toEqual([false, null]);
    await beats(2);
    expect(await instance.wasSilent()).toBe(false);
    await silentFor('9 minutes');
    expect(await instance.wasSilent()).toBe(false);
    await silentFor('2 minutes');
    expect(await instance.wasSilent()).toBe(true);
    await instance.markUnseen(toPosition(20));
    await instance.markUnseen(toPosition(10));
    await beats(1);
    expect(await instance.wasSilent()).toBe(false);
    expect(await new Instance(dir, pool).unseen()).toBe(toPosition(20));
  });

  it('is also all that was queued before the clock of the database went back', async () => {
    await beats(1);
    await silentFor('-11 minutes');
    expect(await instance.wasSilent()).toBe(true);
  });
});
