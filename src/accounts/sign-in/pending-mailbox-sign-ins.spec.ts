import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { freshDatabase, type TestDatabase } from '../../../test/database.js';
import { OpenIdClient } from '../../platform/auth/openid-client.js';
import { connectDatabase } from '../../platform/database/database.js';
import { MasterKey } from '../../platform/secrets/master-key.js';
import { PendingOpenIdSignIns } from '../../users/pending-openid-sign-ins.js';
import { type PendingMailboxSignIn, PendingMailboxSignIns } from './pending-mailbox-sign-ins.js';

const master = new MasterKey(randomBytes(32));
let test: TestDatabase;
let database: DataSource;
let signIns: PendingMailboxSignIns;

beforeAll(async () => {
  test = await freshDatabase();
  database = await connectDatabase(test.url, [], 4);
  signIns = new PendingMailboxSignIns(database, master);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});

const begun = (changed: Partial<PendingMailboxSignIn> = {}): PendingMailboxSignIn => ({
  challenge: OpenIdClient.challenge(),
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

const broughtBack = (
  { challenge }: PendingMailboxSignIn,
  cookie: string | undefined,
): Record<string, string | undefined> => ({
  [signIns.cookieOf(challenge.state)]: cookie,
});

it('a sealed sign-in opens unchanged, and its cookie shows nothing of it', () => {
  const one = begun();
  const cookie = signIns.seal(one);
  expect(signIns.open(broughtBack(one, cookie), one.challenge.state)).toEqual(one);
  const bytes = Buffer.from(cookie, 'base64url').toString('latin1');
  for (const secret of [one.challenge.verifier, one.challenge.state, 'info'])
    expect(cookie + bytes).not.toContain(secret);
});

it('a sign-in is refused with another state, when changed, of another kind, or sealed by another service', () => {
  const one = begun();
  const cookie = signIns.seal(one);
  const { state } = one.challenge;
  const changed = Buffer.from(cookie, 'base64url');
  changed[40]! ^= 1;
  const foreign = new PendingMailboxSignIns(database, new MasterKey(randomBytes(32))).seal(one);
  const person = new PendingOpenIdSignIns(database, master).seal({ ...one, returnTo: '/', links: null });
  for (const [value, given] of [
    [undefined, state],
    ['', state],
    [cookie, begun().challenge.state],
    [cookie, `${state.slice(0, 8)}${begun().challenge.state.slice(8)}`],
    [cookie, [state]],
    [cookie, undefined],
    [changed.toString('base64url'), state],
    [foreign, state],
    [person, state],
  ] as const)
    expect(() => signIns.open(broughtBack(one, value), given)).toThrow('sign-in-not-begun');
});

it('a sign-in is refused after it expired', () => {
  const late = begun({ until: Date.now() - 1 });
  expect(() => signIns.open(broughtBack(late, signIns.seal(late)), late.challenge.state)).toThrow('sign-in-expired');
});

it('one network address begins at most 600 sign-ins within ten minutes', async () => {
  for (let n = 0; n < 600; n++) await signIns.mayBegin('192.0.2.1');
  await expect(signIns.mayBegin('192.0.2.1')).rejects.toMatchObject({ reason: 'too-many-sign-ins', kind: 'too-many' });
  await expect(signIns.mayBegin('192.0.2.2')).resolves.toBeUndefined();
});

it('a sign-in is used once, also with many uses at the same moment', async () => {
  const one = begun();
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => signIns.use(one)));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(signIns.use(one)).rejects.toThrow('sign-in-used');
  await expect(signIns.use(begun())).resolves.toBeUndefined();
});
