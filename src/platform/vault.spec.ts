import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from '../../test/database.js';
import { freshDatabase } from '../../test/database.js';
import { MasterKey } from './master-key.js';
import { Vault, VAULT_SCHEMA } from './vault.js';

const master = new MasterKey(randomBytes(32));
let database: TestDatabase;
let pool: pg.Pool;
let vault: Vault;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  await pool.query(VAULT_SCHEMA);
  vault = new Vault(pool, master);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('keeps each secret as the next version and reveals every one', async () => {
  const name = randomUUID();
  expect(await vault.keep(name, 'first')).toBe(1);
  expect(await vault.keep(name, 'zweites Geheimnis 🔑')).toBe(2);
  expect(await vault.reveal(name, 1)).toBe('first');
  expect(await new Vault(pool, master).reveal(name, 2)).toBe('zweites Geheimnis 🔑');
});

it('reveals nothing where nothing was kept', async () => {
  expect(await vault.reveal(randomUUID(), 1)).toBeNull();
});

it('gives a version of its own to each of many at once', async () => {
  const name = randomUUID();
  const versions = await Promise.all(Array.from({ length: 10 }, (_, n) => vault.keep(name, `secret ${n}`)));
  expect([...versions].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const [n, version] of versions.entries()) expect(await vault.reveal(name, version)).toBe(`secret ${n}`);
});

it('erases one version, those before one, or all', async () => {
  const name = randomUUID();
  const revealed = (): Promise<(string | null)[]> => Promise.all([1, 2, 3, 4].map((version) => vault.reveal(name, version)));
  for (const secret of ['a', 'b', 'c', 'd']) await vault.keep(name, secret);
  await vault.erase(name, 2);
  expect(await revealed()).toEqual(['a', null, 'c', 'd']);
  await vault.eraseBefore(name, 4);
  expect(await revealed()).toEqual([null, null, null, 'd']);
  await vault.eraseAll(name);
  expect(await revealed()).toEqual([null, null, null, null]);
});

it('holds no secret in clear, and none that opens under another name or version', async () => {
  const [name, other] = [randomUUID(), randomUUID()];
  await vault.keep(name, 'correct horse');
  await vault.keep(name, 'battery staple');
  const { rows } = await pool.query<{ sealed: Buffer }>('select sealed from vault where name = $1 order by version', [name]);
  expect(rows[0]!.sealed.includes('correct')).toBe(false);
  await pool.query('insert into vault values ($1, 1, $2)', [other, rows[0]!.sealed]);
  await pool.query('update vault set sealed = $2 where name = $1 and version = 2', [name, rows[0]!.sealed]);
  await expect(vault.reveal(other, 1)).rejects.toThrow();
  await expect(vault.reveal(name, 2)).rejects.toThrow();
});

it('reveals nothing to another master key', async () => {
  const name = randomUUID();
  await vault.keep(name, 'secret');
  await expect(new Vault(pool, new MasterKey(randomBytes(32))).reveal(name, 1)).rejects.toThrow();
});
