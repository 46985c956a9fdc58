import assert from 'node:assert/strict';
import { passwordName } from '../../src/accounts/account.events.js';
import type { Platform } from '../../src/platform/open-platform.js';
import { ofType, type Told } from './whole-log.js';

/** The vault holds the current password of each account, and no secret of a removed or never recorded account. */
export async function secretsBelongToAccounts(
  { database, vault }: Platform,
  facts: readonly Told[],
  password: string,
): Promise<void> {
  const versions = new Map(ofType(facts, 'AccountAdded').map(({ data }) => [data.accountId, data.passwordVersion]));
  for (const { data } of ofType(facts, 'PasswordChanged')) versions.set(data.accountId, data.version);
  for (const { data } of ofType(facts, 'AccountRemoved')) versions.delete(data.accountId);
  for (const [accountId, version] of versions)
    assert.equal(await vault.reveal(passwordName(accountId), version), password, `password ${version} of ${accountId}`);
  const kept = await database.query<{ secret: string }[]>(
    `select name || '#' || version as secret from vault where name like 'account/%'`,
  );
  assert.deepEqual(
    kept.map(({ secret }) => secret).sort(),
    [...versions].map(([accountId, version]) => `${passwordName(accountId)}#${version}`).sort(),
    'secrets in the vault',
  );
}
