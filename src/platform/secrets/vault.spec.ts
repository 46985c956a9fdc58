import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from '../../../test/database.js';
import { freshDatabase, newPool } from '../../../test/database.js';
import { Refused } from '../domain.js';
import { Locks } from '../database/locks.js';
import { MasterKey } from './master-key.js';
import { Vault } from './vault.js';

const master = new MasterKey(randomBytes(32));
const nameOf = (owner: string = randomUUID()): string => `${owner}/password`;
let database: TestDatabase;
let pool: pg.Pool;
let locks: Locks;
let vault: Vault;

beforeAll(async () => {
  database = await freshDatabase();
  pool = newPool(database.url);
  locks = new Locks(database.url);
  vault = new Vault(pool, master, locks);
});
afterAll(async () => {
  await locks.close();
  await pool.end();
  await database.drop();
});

it('stores each secret as the next version and reveals all versions', async () => {
  const name = nameOf();
  expect(await vault.keep(name, 'first')).toBe(1);
  expect(await vault.keep(name, 'zweites Geheimnis 🔑')).toBe(2);
  expect(await vault.reveal(name, 1)).toBe('first');
  expect(await new Vault(pool, master, locks).reveal(name, 2)).toBe('zweites Geheimnis 🔑');
});

it('reveals nothing for an unknown name', async () => {
  expect(await vault.reveal(nameOf(), 1)).toBeNull();
});

it('gives each of several simultaneous secrets its own version', async () => {
  const name = nameOf();
  const versions = await Promise.all(Array.from({ length: 10 }, (_, n) => vault.keep(name, `secret ${n}`)));
  expect([...versions].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const [n, version] of versions.entries()) expect(await vault.reveal(name, version)).toBe(`secret ${n}`);
});

it('replaces the secret of a version, unless the version was erased', async () => {
  const name = nameOf();
  await vault.keep(name, 'first');
  expect(await vault.replace(name, 1, 'renewed')).toBe(true);
  expect(await vault.reveal(name, 1)).toBe('renewed');
  await vault.erase(name, 1);
  expect(await vault.replace(name, 1, 'too late')).toBe(false);
  expect(await vault.reveal(name, 1)).toBeNull();
});

it('erases a secret unless it was replaced', async () => {
  const name = nameOf();
  await vault.keep(name, 'first');
  await vault.replace(name, 1, 'renewed');
  expect(await vault.eraseUnlessReplaced(name, 1, 'first')).toBe(false);
  expect(await vault.reveal(name, 1)).toBe('renewed');
  expect(await vault.eraseUnlessReplaced(name, 1, 'renewed')).toBe(true);
  expect(await vault.reveal(name, 1)).toBeNull();
  expect(await vault.eraseUnlessReplaced(name, 1, 'renewed')).toBe(true);
});

it('never reuses a version, even after the last one was erased', async () => {
  const name = nameOf();
  await vault.erase(name, await vault.keep(name, 'first'));
  expect(await vault.keep(name, 'second')).toBe(2);
});

it('finds the unsettled secrets of an ended process, and none of a running process', async () => {
  const owner = randomUUID();
  const ended = new Locks(database.url);
  const theirs = new Vault(pool, master, ended);
  const left = await theirs.keep(`${owner}/left`, 'secret');
  const settled = await theirs.keep(`${owner}/settled`, 'secret');
  await theirs.settle(`${owner}/settled`, settled);
  await theirs.undo(`${owner}/refused`, await theirs.keep(`${owner}/refused`, 'secret'), new Refused('no', 'conflict'));
  await vault.keep(`${owner}/in-hand`, 'secret');
  const found = async (): Promise<string[]> => {
    const names: string[] = [];
    await vault.settleLeft(`${owner}/`, async (name, version) => {
      names.push(name);
      await vault.settle(name, version);
    });
    return names;
  };
  expect(await found()).toEqual([]);
  await ended.close();
  expect(await found()).toEqual([`${owner}/left`]);
  expect(await found()).toEqual([]);
  expect(await vault.reveal(`${owner}/left`, left)).toBe('secret');
  expect(await vault.reveal(`${owner}/refused`, 1)).toBeNull();
});

it('keeps a secret unsettled if its fact may be recorded', async () => {
  const name = nameOf();
  await vault.undo(name, await vault.keep(name, 'secret'), new Error('the connection broke'));
  expect(await vault.reveal(name, 1)).toBe('secret');
  const left: string[] = [];
  await vault.settleLeft(name, async (found, version) => {
    left.push(found);
    await vault.erase(found, version);
  });
  expect(left).toEqual([name]);
});

it('erases one version, all up to a version, or all that a settled version replaces', async () => {
  const name = nameOf();
  const revealed = (): Promise<(string | null)[]> =>
    Promise.all([1, 2, 3, 4].map((version) => vault.reveal(name, version)));
  for (const secret of ['a', 'b', 'c', 'd']) await vault.keep(name, secret);
  await vault.erase(name, 2);
  expect(await revealed()).toEqual(['a', null, 'c', 'd']);
  await vault.eraseUpTo(name, 1);
  expect(await revealed()).toEqual([null, null, 'c', 'd']);
  await vault.settle(name, 4);
  expect(await revealed()).toEqual([null, null, null, 'd']);
});

it('closes an owner: erases all secrets and refuses later ones, also those in flight', async () => {
  const [owner, other] = [randomUUID(), `${randomUUID()}-2`];
  const names = [nameOf(owner), `${owner}/token`];
  for (const name of [...names, nameOf(other)]) await vault.keep(name, 'secret');
  const onTheirWay = Array.from({ length: 8 }, () => vault.keep(names[0]!, 'late'));
  const settled = Promise.allSettled(onTheirWay);
  await vault.close(owner);
  await settled;
  const { rows } = await pool.query('select name from vault where starts_with(name, $1)', [owner]);
  expect(rows).toEqual([]);
  await expect(vault.keep(names[1]!, 'later')).rejects.toMatchObject({ reason: 'secrets-closed', kind: 'conflict' });
  await vault.close(owner);
  expect(await vault.reveal(nameOf(other), 1)).toBe('secret');
});

it('stores secrets encrypted, bound to name and version', async () => {
  const [name, other] = [nameOf(), nameOf()];
  await vault.keep(name, 'correct horse');
  await vault.keep(name, 'battery staple');
  const { rows } = await pool.query<{ sealed: Buffer }>('select sealed from vault where name = $1 order by version', [
    name,
  ]);
  expect(rows[0]!.sealed.includes('correct')).toBe(false);
  await pool.query('insert into vault values ($1, 1, $2)', [other, rows[0]!.sealed]);
  await pool.query('update vault set sealed = $2 where name = $1 and version = 2', [name, rows[0]!.sealed]);
  await expect(vault.reveal(other, 1)).rejects.toThrow();
  await expect(vault.reveal(name, 2)).rejects.toThrow();
});

it('does not reveal a secret with another master key', async () => {
  const name = nameOf();
  await vault.keep(name, 'secret');
  await expect(new Vault(pool, new MasterKey(randomBytes(32)), locks).reveal(name, 1)).rejects.toThrow();
});
