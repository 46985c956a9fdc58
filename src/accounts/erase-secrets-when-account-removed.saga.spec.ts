import { accountRemoved } from '../../test/examples/account-facts.js';
import { reacting } from '../../test/reacting.js';
import { EraseSecrets } from './erase-secrets.js';
import { eraseSecretsWhenAccountRemoved } from './erase-secrets-when-account-removed.saga.js';

it('erases the secrets of an account that was removed', () =>
  reacting(eraseSecretsWhenAccountRemoved, accountRemoved()).then((origin) => new EraseSecrets('info', origin)));
