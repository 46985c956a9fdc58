import {
  type AccountEvent,
  type Configuration,
  type SendingLimits,
  type Server,
  type Setting,
  type SettingChanged,
  settingFacts,
  settingNames,
} from '../../src/accounts/account.events.js';
import type { DataOf } from '../../src/platform/domain.js';
import type { Sentence } from './sentence.js';

type Summaries = { [S in Setting]: (to: Configuration[S], from: Configuration[S]) => string };

const shown = ({ host, port, security }: Server): string =>
  `${host}:${port} (${security === 'none' ? 'unencrypted' : security})`;
const onOff = (feature: string) => (to: boolean) => `switched ${to ? 'on' : 'off'} ${feature}`;
const folder = (mail: string) => (to: string | null) =>
  to === null ? `left it to the server where ${mail} go` : `chose the folder ${to} for ${mail}`;
const html = (part: string) => (to: string | null, from: string | null) =>
  to === null ? `removed the ${part}` : from === null ? `added a ${part}` : `changed the ${part}`;

const limited = ({ perMinute, perHour, perDay }: SendingLimits): string =>
  [
    [perMinute, 'minute'],
    [perHour, 'hour'],
    [perDay, 'day'],
  ]
    .filter(([most]) => most !== null)
    .map(([most, time]) => `${most} a ${time}`)
    .join(', ') || 'the presets of the provider';

/** A setting without a sentence does not compile. */
const summaries: Summaries = {
  name: (to, from) => `renamed it from “${from}” to “${to}”`,
  address: (to, from) => `changed the address from ${from} to ${to}`,
  login: (to, from) => `changed the login from ${from} to ${to}`,
  incoming: (to, from) => `changed the incoming server from ${shown(from)} to ${shown(to)}`,
  outgoing: (to, from) => `changed the outgoing server from ${shown(from)} to ${shown(to)}`,
  sendOnly: (to) => (to ? 'made it send only' : 'made it receive mail too'),
  createContacts: onOff('contacts from received mail'),
  createContactsFrom: (to) =>
    to === 'people' ? 'had contacts created from the mail of people only' : 'had contacts created from everyone’s mail',
  createTasks: onOff('tasks from received mail'),
  keepServerCopies: (to) =>
    to ? 'kept mail that is deleted here on the server' : 'had mail that is deleted here deleted on the server too',
  fetchSince: (to) =>
    to === null ? 'had all mail fetched, however old' : `had only mail fetched that was received on ${to} or later`,
  sentFolder: folder('sent messages'),
  draftsFolder: folder('drafts'),
  notify: onOff('notices of new mail'),
  header: html('header'),
  signature: html('signature'),
  senderName: (to, from) =>
    to === null
      ? 'removed the name of the sender'
      : from === null
        ? `named the sender “${to}”`
        : `renamed the sender from “${from}” to “${to}”`,
  undoSeconds: (to, from) => `changed the time to undo a send from ${from} to ${to} seconds`,
  limits: (to) => `limited sending to ${limited(to)}`,
  autoresponder: (to, from) =>
    to.enabled === from.enabled ? 'changed the absence reply' : onOff('the absence reply')(to.enabled),
};

type SettingSentences = {
  [T in SettingChanged['type']]: (data: DataOf<AccountEvent, T>) => Sentence;
};

const sentence =
  (field: Setting) =>
  ({ from, to, revertedTo }: SettingChanged['data']): Sentence => ({
    summary:
      (summaries[field] as (to: unknown, from: unknown) => string)(to, from) +
      (revertedTo === undefined ? '' : `, back to its value at revision ${revertedTo}`),
    changes: [{ field, from, to }],
    ...(revertedTo === undefined ? {} : { revertedTo }),
  });

export const settingSentences = Object.fromEntries(
  settingNames.map((name) => [settingFacts[name], sentence(name)]),
) as unknown as SettingSentences;
