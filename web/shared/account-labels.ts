import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ShortAccount } from './account-queries.js';

/** Names of the settings of an account. */
export const SETTINGS: Record<string, MessageDescriptor> = {
  address: msg`Address`,
  name: msg`Name`,
  login: msg`Login`,
  password: msg`Password`,
  incoming: msg`Incoming server`,
  outgoing: msg`Outgoing server`,
  sendOnly: msg`Send only`,
  createContacts: msg`Create contacts`,
  createContactsFrom: msg`Contacts from`,
  createTasks: msg`Create tasks`,
  keepServerCopies: msg`Keep copies on the server`,
  fetchSince: msg`Fetch mail since`,
  sentFolder: msg`Folder for sent mail`,
  draftsFolder: msg`Folder for drafts`,
  notify: msg`Notifications`,
  header: msg`Header`,
  signature: msg`Signature`,
  senderName: msg`Sender’s name`,
  undoSeconds: msg`Seconds to undo a send`,
  limits: msg`Limits of sending`,
  autoresponder: msg`Autoresponder`,
  users: msg`Access`,
};

/** Explanations of the settings that are on or off. */
export const EXPLAINED: Record<string, MessageDescriptor> = {
  sendOnly: msg`An SMTP gateway: it sends, and received mail is neither fetched nor shown.`,
  createContacts: msg`Each received mail from a new address creates a company and a contact.`,
  createTasks: msg`Each received mail creates a task.`,
  keepServerCopies: msg`Mail deleted here stays on the mail server. Off: it is deleted there too.`,
  notify: msg`The people with access hear of new mail.`,
};

export const STATUS: Record<ShortAccount['status'], MessageDescriptor> = {
  connected: msg`Connected`,
  failing: msg`Failing`,
  'sign-in-needed': msg`Sign-in needed`,
  unverified: msg`Not tried yet`,
  removed: msg`Removed`,
};

export const SECURITY: Record<'tls' | 'starttls' | 'none', MessageDescriptor> = {
  tls: msg`TLS`,
  starttls: msg`STARTTLS`,
  none: msg`none`,
};
