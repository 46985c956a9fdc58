import type { Settings } from '../../src/accounts/account.events.js';
import { example } from './example.js';

export const settings = (changed: Partial<Settings> = {}): Settings => ({
  address: 'info@acme.example',
  name: 'Front desk',
  login: 'info@acme.example',
  incoming: { host: 'imap.acme.example', port: 993, security: 'tls' },
  outgoing: { host: 'smtp.acme.example', port: 587, security: 'starttls' },
  sendOnly: false,
  createContacts: false,
  createContactsFrom: 'people',
  createTasks: false,
  keepServerCopies: true,
  fetchSince: null,
  sentFolder: null,
  draftsFolder: null,
  notify: true,
  header: null,
  signature: null,
  ...changed,
});

export const accountAdded = example('AccountAdded', { accountId: 'info', owner: null, settings: settings(), passwordVersion: 1 });
export const passwordChanged = example('PasswordChanged', { accountId: 'info', version: 2 });
export const accessGranted = example('AccessGranted', { accountId: 'info', userId: 'ben' });
export const accessRevoked = example('AccessRevoked', { accountId: 'info', userId: 'ben' });
export const accountAbandoned = example('AccountAbandoned', { accountId: 'info' });
export const accountAddressClaimed = example('AccountAddressClaimed', { accountId: 'info' });
