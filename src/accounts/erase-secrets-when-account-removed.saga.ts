import type { Saga } from '../platform/followers/saga.js';
import type { AccountEvent } from './account.events.js';
import { EraseSecrets } from './erase-secrets.js';

type Removed = Extract<AccountEvent, { type: 'AccountRemoved' }>;

/** Repeats the last step of `RemoveAccount`, in case the process died before it. */
export const eraseSecretsWhenAccountRemoved: Saga<Removed> = {
  name: 'erase-secrets-when-account-removed',
  types: ['AccountRemoved'],
  key: ({ data }) => data.accountId,
  react: ({ data }, origin) => [new EraseSecrets(data.accountId, origin)],
};
