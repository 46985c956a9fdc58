import {
  accessGranted,
  accountAdded,
  accountRenamed,
  autoresponderChanged,
  incomingServerChanged,
  loginChanged,
  passwordChanged,
  sendOnlyChanged,
  settings,
} from '../../test/examples/account-facts.js';
import { given } from '../../test/given.js';
import type { Actor } from '../platform/domain.js';
import { account } from './account.fold.js';
import { type Configuration, configured, type Server } from './account.events.js';
import { changeSettings, needsPassword, revertSettings, toRevert } from './settings.decider.js';

const ada: Actor = { id: 'ada', role: 'administrator' };
const ben: Actor = { id: 'ben', role: 'user' };
const cleo: Actor = { id: 'cleo', role: 'user' };
const olga: Actor = { id: 'olga', role: 'auditor' };
const elsewhere: Server = { host: 'imap.host.example', port: 143, security: 'starttls' };

const change =
  (set: Partial<Configuration>, by = ada, passwordVersion: number | null = null) =>
  (s: typeof account.initial) =>
    changeSettings(s, by, 'info', set, passwordVersion);

describe('changing settings', () => {
  it('records one fact for each new value', () =>
    given(account, accountAdded())
      .when(change({ sendOnly: true, name: 'Reception', notify: true }))
      .then(accountRenamed(), sendOnlyChanged()));
  it('a second time changes nothing', () =>
    given(account, accountAdded(), accountRenamed(), autoresponderChanged())
      .when(change({ name: 'Reception', autoresponder: { ...autoresponderChanged().data.to } }))
      .then());
  it('to a new server or login succeeds with the password', () =>
    given(account, accountAdded())
      .when(change({ incoming: elsewhere, login: 'acme-info' }, ada, 2))
      .then(passwordChanged(), loginChanged(), incomingServerChanged()));
  it('to a new server without the password is refused', () =>
    given(account, accountAdded())
      .when(change({ incoming: elsewhere }))
      .refuses('password-needed', 'unprocessable'));
  it('is possible for the owner', () =>
    given(account, accountAdded({ owner: 'ben' }))
      .when(change({ name: 'Reception' }, ben))
      .then(accountRenamed()));
  it.each([ben, olga])('is refused for %j, without the right to change it', (by) =>
    given(account, accountAdded(), accessGranted())
      .when(change({ name: 'Reception' }, by))
      .refuses('only-its-owner-or-an-administrator-changes-the-settings', 'forbidden'),
  );
  it('of an account of another user is answered as not found', () =>
    given(account, accountAdded())
      .when(change({ name: 'Reception' }, cleo))
      .refuses('account-not-found', 'not-found'));
});

describe('a stored password', () => {
  const now = configured(settings());
  it.each<[string, Partial<Configuration>, boolean]>([
    ['another login', { login: 'other' }, true],
    ['the same login', { login: now.login }, false],
    ['another host', { incoming: { ...now.incoming, host: 'evil.example' } }, true],
    ['the same host in capitals', { incoming: { ...now.incoming, host: 'IMAP.ACME.EXAMPLE' } }, false],
    ['another port', { outgoing: { ...now.outgoing, port: 25 } }, true],
    ['weaker security', { incoming: { ...now.incoming, security: 'starttls' } }, true],
    ['no security', { outgoing: { ...now.outgoing, security: 'none' } }, true],
    ['stronger security', { outgoing: { ...now.outgoing, security: 'tls' } }, false],
  ])('is needed again, or not, with %s', (_, set, needed) => {
    const [name] = Object.keys(set) as (keyof Configuration)[];
    expect(needsPassword(now, set, name!)).toBe(needed);
  });
});

describe('reverting', () => {
  const then = configured(settings());
  const changed = [accountAdded(), accountRenamed(), incomingServerChanged(), sendOnlyChanged()];
  const revert =
    (...names: (keyof Configuration)[]) =>
    (s: typeof account.initial) =>
      revertSettings(s, ada, 'info', { revision: 0, settings: then }, names);

  it('restores the named settings, with the revision in each fact', () =>
    given(account, ...changed)
      .when(revert('name', 'incoming', 'notify'))
      .then(accountRenamed({ from: 'Reception', to: 'Front desk', revertedTo: 0 })));
  it('a second time changes nothing', () =>
    given(account, ...changed, accountRenamed({ from: 'Reception', to: 'Front desk', revertedTo: 0 }))
      .when(revert('name'))
      .then());
  it('leaves a differing server, because it would receive the password', () => {
    const now = { ...then, name: 'Reception', incoming: elsewhere };
    expect(toRevert(now, then, ['name', 'incoming', 'outgoing'])).toEqual({
      set: { name: 'Front desk' },
      left: ['incoming'],
    });
  });
});
