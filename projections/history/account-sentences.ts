import type { AccountEvent, MailProvider } from '../../src/accounts/account.events.js';
import { SECRET, type Sentences } from './sentence.js';
import { settingSentences } from './setting-sentences.js';

const PROVIDERS: Record<MailProvider, string> = { google: 'Google', microsoft: 'Microsoft' };

export const accountSentences: Sentences<AccountEvent> = {
  AccountAdded: ({ owner, settings, passwordVersion, signIn }, { nameOf }) => ({
    summary: `added the account ${settings.address}`,
    changes: [
      ...Object.entries(settings)
        .filter(([, value]) => value !== null)
        .map(([field, to]) => ({ field, from: null, to: to as unknown })),
      ...(signIn === undefined ? [] : [{ field: 'signIn', from: null, to: signIn }]),
      ...(passwordVersion > 0 ? [{ field: 'password', from: null, to: SECRET }] : []),
      ...(owner === null ? [] : [{ field: 'owner', from: null, to: { id: owner, name: nameOf(owner) } }]),
    ],
  }),
  PasswordChanged: ({ insteadOf }) =>
    insteadOf === undefined
      ? { summary: 'changed the password', changes: [{ field: 'password', from: SECRET, to: SECRET }] }
      : {
          summary: `set a password instead of the sign-in with ${PROVIDERS[insteadOf]}`,
          changes: [
            { field: 'signIn', from: insteadOf, to: 'password' },
            { field: 'password', from: null, to: SECRET },
          ],
        },
  SignInGranted: ({ from, provider }) => ({
    summary: `signed in with ${PROVIDERS[provider]}${from === 'password' ? ' instead of a password' : ''}`,
    changes: [
      ...(from === provider ? [] : [{ field: 'signIn', from, to: provider }]),
      ...(from === 'password' ? [{ field: 'password', from: SECRET, to: null }] : []),
    ],
  }),
  SignInRanOut: ({ provider }) => ({
    summary: `found that the sign-in with ${PROVIDERS[provider]} has run out`,
    changes: [],
  }),
  ...settingSentences,
  AccessGranted: ({ userId }, { nameOf }) => ({
    summary: `gave ${nameOf(userId)} access`,
    changes: [{ field: 'users', from: null, to: { id: userId, name: nameOf(userId) } }],
  }),
  AccessRevoked: ({ userId }, { nameOf }) => ({
    summary: `took access from ${nameOf(userId)}`,
    changes: [{ field: 'users', from: { id: userId, name: nameOf(userId) }, to: null }],
  }),
  AccountRemoved: () => ({ summary: 'removed the account', changes: [{ field: 'removed', from: false, to: true }] }),
  AccountAbandoned: () => ({ summary: 'did not finish adding it', changes: [] }),
  AddressClaimDropped: () => ({ summary: 'took up an address that this account had given up', changes: [] }),
};
