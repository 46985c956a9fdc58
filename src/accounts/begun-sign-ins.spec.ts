import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { freshDatabase, type TestDatabase } from '../../test/database.js';
import { SignInProvider } from '../mail/sign-in/sign-in-provider.js';
import { connectDatabase } from '../platform/database.js';
import { MasterKey } from '../platform/master-key.js';
import { type BegunSignIn, BegunSignIns } from './begun-sign-ins.js';

const master = new MasterKey(randomBytes(32));
let test: TestDatabase;
let database: DataSource;
let signIns: BegunSignIns;

beforeAll(async () => {
  test = await freshDatabase();
  database = await connectDatabase(test.url, [], 4);
  signIns = new BegunSignIns(database, master);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});

const begun = (changed: Partial<BegunSignIn> = {}): BegunSignIn => ({
  challenge: SignInProvider.challenge(),
  provider: 'google',
  accountId: 'info',
  userId: 'ben',
  asOf: '',
  by: 'user:ben',
  via: 'web',
  redirectUri: 'https://crm.example/api/oauth/google/callback',
  until: Date.now() + 60_000,
  ...changed,
});

it('comes back as it went away, and shows nothing of it', () => {
  const one = begun();
  const cookie = signIns.seal(one);
  expect(signIns.open(cookie, one.challenge.state, 'google')).toEqual(one);
  const bytes = Buffer.from(cookie, 'base64url').toString('latin1');
  for (const secret of [one.challenge.verifier, one.challenge.state, 'info']) expect(cookie + bytes).not.toContain(secret);
});

it('is refused with another state, for another provider, changed, or sealed by another service', () => {
  const one = begun();
  const cookie = signIns.seal(one);
  const { state } = one.challenge;
  const changed = Buffer.from(cookie, 'base64url');
  changed[40]! ^= 1;
  const foreign = new BegunSignIns(database, new MasterKey(randomBytes(32))).seal(one);
  for (const [value, given, provider] of [
    [undefined, state, 'google'],
    ['', state, 'google'],
    [cookie, begun().challenge.state, 'google'],
    [cookie, [state], 'google'],
    [cookie, undefined, 'google'],
    [cookie, state, 'microsoft'],
    [changed.toString('base64url'), state, 'google'],
    [foreign, state, 'google'],
  ] as const)
    expect(() => signIns.open(value, given, provider)).toThrow('sign-in-not-begun');
});

it('is refused when it took too long', () => {
  const late = begun({ until: Date.now() - 1 });
  expect(() => signIns.open(signIns.seal(late), late.challenge.state, 'google')).toThrow('sign-in-expired');
});

it('is good once, also for many at the same moment', async () => {
  const one = begun();
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => signIns.use(one)));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(signIns.use(one)).rejects.toThrow('sign-in-used');
  await expect(signIns.use(begun())).resolves.toBeUndefined();
});
