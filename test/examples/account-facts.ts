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
  senderName: null,
  undoSeconds: 10,
  limits: { perMinute: null, perHour: null, perDay: null },
  ...changed,
});

export const accountAdded = example('AccountAdded', {
  accountId: 'info',
  owner: null,
  settings: settings(),
  passwordVersion: 1,
});
export const passwordChanged = example('PasswordChanged', { accountId: 'info', version: 2 });
export const signInGranted = example('SignInGranted', {
  accountId: 'info',
  from: 'google',
  provider: 'google',
  version: 1,
});
export const signInRanOut = example('SignInRanOut', { accountId: 'info', provider: 'google' });
export const accessGranted = example('AccessGranted', { accountId: 'info', userId: 'ben' });
export const accessRevoked = example('AccessRevoked', { accountId: 'info', userId: 'ben' });
export const accountRemoved = example('AccountRemoved', { accountId: 'info' });
export const accountAbandoned = example('AccountAbandoned', { accountId: 'info' });
export const accountAddressClaimed = example('AccountAddressClaimed', { accountId: 'info' });
export const addressClaimDropped = example('AddressClaimDropped', { accountId: 'info' });
export const accountAddressReleased = example('AccountAddressReleased', { accountId: 'info' });

const accountId = 'info';
export const accountRenamed = example('AccountRenamed', { accountId, from: 'Front desk', to: 'Reception' });
export const addressChanged = example('AddressChanged', {
  accountId,
  from: 'info@acme.example',
  to: 'office@acme.example',
});
export const loginChanged = example('LoginChanged', { accountId, from: 'info@acme.example', to: 'acme-info' });
export const incomingServerChanged = example('IncomingServerChanged', {
  accountId,
  from: { host: 'imap.acme.example', port: 993, security: 'tls' },
  to: { host: 'imap.host.example', port: 143, security: 'starttls' },
});
export const outgoingServerChanged = example('OutgoingServerChanged', {
  accountId,
  from: { host: 'smtp.acme.example', port: 587, security: 'starttls' },
  to: { host: 'smtp.host.example', port: 465, security: 'tls' },
});
export const sendOnlyChanged = example('SendOnlyChanged', { accountId, from: false, to: true });
export const createContactsChanged = example('CreateContactsChanged', { accountId, from: false, to: true });
export const createContactsFromChanged = example('CreateContactsFromChanged', {
  accountId,
  from: 'people',
  to: 'everyone',
});
export const createTasksChanged = example('CreateTasksChanged', { accountId, from: false, to: true });
export const keepServerCopiesChanged = example('KeepServerCopiesChanged', { accountId, from: true, to: false });
export const fetchSinceChanged = example('FetchSinceChanged', { accountId, from: null, to: '2026-01-01' });
export const sentFolderChanged = example('SentFolderChanged', { accountId, from: null, to: 'Sent' });
export const draftsFolderChanged = example('DraftsFolderChanged', { accountId, from: null, to: 'Drafts' });
export const notifyChanged = example('NotifyChanged', { accountId, from: true, to: false });
export const headerChanged = example('HeaderChanged', { accountId, from: null, to: '<p>Acme</p>' });
export const signatureChanged = example('SignatureChanged', { accountId, from: null, to: '<p>Kind regards</p>' });
export const senderNameChanged = example('SenderNameChanged', { accountId, from: null, to: 'Acme' });
export const undoSecondsChanged = example('UndoSecondsChanged', { accountId, from: 10, to: 30 });
export const sendingLimitsChanged = example('SendingLimitsChanged', {
  accountId,
  from: { perMinute: null, perHour: null, perDay: null },
  to: { perMinute: null, perHour: 100, perDay: 500 },
});
export const autoresponderChanged = example('AutoresponderChanged', {
  accountId,
  from: { enabled: false, from: null, until: null, timeZone: 'Europe/Warsaw', subject: null, html: null, text: null },
  to: {
    enabled: true,
    from: '2026-07-01',
    until: '2026-07-14',
    timeZone: 'Europe/Warsaw',
    subject: 'Away',
    html: '<p>Back in two weeks</p>',
    text: 'Back in two weeks',
  },
});
