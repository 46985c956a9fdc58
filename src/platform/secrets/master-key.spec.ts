import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestDatabase } from '../../../test/database.js';
import { freshDatabase, newPool } from '../../../test/database.js';
import { loadMasterKey, MasterKey, MasterKeyProblem, parseMasterKey } from './master-key.js';

describe('a master key', () => {
  const secret = randomBytes(32);
  const key = new MasterKey(secret);

  it('unwraps a key that another process wrapped with the same secret', () => {
    expect(new MasterKey(secret).unwrap(key.wrap(Buffer.from('inner'), 'id'), 'id').toString()).toBe('inner');
  });

  it('makes equal names for equal values, and other names for another purpose, value or key', () => {
    const name = key.nameFor('address', 'ada@example.org');
    expect(name).toMatch(/^[0-9a-f]{32}$/);
    expect(new MasterKey(secret).nameFor('address', 'ada@example.org')).toBe(name);
    const others = [
      key.nameFor('message', 'ada@example.org'),
      key.nameFor('address', 'ben@example.org'),
      new MasterKey(randomBytes(32)).nameFor('address', 'ada@example.org'),
    ];
    expect(new Set([name, ...others]).size).toBe(4);
  });

  it('is read from hex and base64; a shorter text is refused', () => {
    expect(parseMasterKey(secret.toString('hex'))).toEqual(secret);
    expect(parseMasterKey(` ${secret.toString('base64')}\n`)).toEqual(secret);
    expect(() => parseMasterKey('too short')).toThrow('MASTER_KEY is not 32 bytes');
  });
});

describe('loading the master key', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let dir: string;
  const file = (): string => join(dir, 'master.key');

  beforeAll(async () => {
    database = await freshDatabase();
    pool = newPool(database.url);
  });
  beforeEach(async () => {
    await pool.query('delete from master_key_check');
    dir = await mkdtemp(join(tmpdir(), 'master-key-'));
  });
  afterEach(() => rm(dir, { recursive: true }));
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('makes a file for its owner only at the first start, and reads it at the next', async () => {
    const first = await loadMasterKey(pool, dir);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['master.key']);
    const again = await loadMasterKey(pool, dir);
    expect(again.nameFor('any', 'value')).toBe(first.nameFor('any', 'value'));
  });

  it('makes one key when several processes start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => loadMasterKey(pool, dir)));
    expect(new Set(keys.map((key) => key.nameFor('any', 'value'))).size).toBe(1);
    expect(await readdir(dir)).toEqual(['master.key']);
  });

  it('takes the key of the environment and writes no file', async () => {
    await loadMasterKey(pool, dir, randomBytes(32).toString('hex'));
    expect(await readdir(dir)).toEqual([]);
  });

  it('refuses any other key than the first one', async () => {
    await loadMasterKey(pool, dir, randomBytes(32).toString('hex'));
    const another = randomBytes(32).toString('hex');
    await expect(loadMasterKey(pool, dir, another)).rejects.toThrow(
      '(MASTER_KEY) is not the one this database was sealed with',
    );
    await writeFile(file(), another);
    await expect(loadMasterKey(pool, dir)).rejects.toThrow(`(${file()}) is not the one this database was sealed with`);
  });

  it('lets only one of two first starts with different keys pass', async () => {
    const starts = [1, 2].map(() => loadMasterKey(pool, dir, randomBytes(32).toString('hex')));
    const outcomes = await Promise.allSettled(starts);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('makes no new key for a database that has one', async () => {
    await loadMasterKey(pool, dir);
    await rm(file());
    await expect(loadMasterKey(pool, dir)).rejects.toThrow(MasterKeyProblem);
    expect(await readdir(dir)).toEqual([]);
  });

  it('refuses a file without a valid key and leaves it as it is', async () => {
    await writeFile(file(), 'rubbish');
    await expect(loadMasterKey(pool, dir)).rejects.toThrow(`${file()} is not 32 bytes`);
    expect(await readFile(file(), 'utf8')).toBe('rubbish');
  });
});
