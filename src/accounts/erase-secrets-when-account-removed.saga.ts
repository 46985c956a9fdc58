import type { Saga } from '../platform/followers/saga.js';
import type { AccountEvent } from './account.events.js';
import { EraseSecrets } from './erase-secrets.js';

type Removed = Extract<AccountEvent, { type: 'AccountRemoved' }>;

/** Removing erases them too; this does it when the process died in between. */
export const eraseSecretsWhenAccountRemoved: Saga<Removed> = {
  name: 'erase-secrets-when-account-removed',
  types: ['AccountRemoved'],
  key: ({ data }) => data.accountId,
  react: ({ data }, origin) => [new EraseSecrets(data.accountId, origin)],
};
