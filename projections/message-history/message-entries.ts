import type { DraftEvent } from '../../src/drafts/draft.events.js';
import type { PlacesEvent, Shelf } from '../../src/mailboxes/places.events.js';
import type { WishEvent } from '../../src/mailboxes/wishes/wish.events.js';
import type { FlagChange } from '../../src/messages/flags.events.js';
import type { MessageEvent } from '../../src/messages/message.events.js';
import type { DataOf } from '../../src/platform/domain.js';
import type { SendingEvent } from '../../src/messages/sending.events.js';
import type { ReadingEvent } from '../../src/reading/reading.events.js';
import { draftTellings } from './draft-entries.js';
import { sendingTellings } from './sending-entries.js';
import { type MessageChange, type Telling, telling } from './telling.js';

export type HistoryFact = MessageEvent | PlacesEvent | WishEvent | ReadingEvent | SendingEvent | DraftEvent;

type Of<T extends HistoryFact['type']> = DataOf<HistoryFact, T>;

const found = (words: string) =>
  telling(
    'server',
    ({ messageId, folderId, uidValidity }: Shelf & { messageId: string }) => [
      { messageIds: [messageId], data: { folderId }, into: { folderId, uidValidity } },
    ],
    ({ folderId }, nameOf) => ({
      summary: `${words} the folder ${nameOf(folderId)}`,
      changes: [{ field: 'folderId', from: null, to: folderId }],
    }),
  );

const idsOf = (messages: readonly { messageId: string }[]): string[] => messages.map(({ messageId }) => messageId);

const WORDS: Record<keyof FlagChange, [on: string, off: string]> = {
  seen: ['read', 'unread'],
  flagged: ['flagged', 'not flagged'],
  answered: ['answered', 'not answered'],
  forwarded: ['forwarded', 'not forwarded'],
  deleted: ['deleted', 'not deleted'],
};

const flagsIn = (set: FlagChange) => Object.entries(set) as [keyof FlagChange, boolean][];
const inWords = (set: FlagChange): string =>
  flagsIn(set)
    .map(([name, value]) => `as ${WORDS[name][value ? 0 : 1]}`)
    .join(' and ');
const changesOf = (set: FlagChange, from: (value: boolean) => boolean | null): MessageChange[] =>
  flagsIn(set).map(([name, to]) => ({ field: name === 'deleted' ? 'deletedElsewhere' : name, from: from(to), to }));

const LEFT: Record<Of<'PlacesLeft'>['cause'], (folder: string) => string> = {
  server: (folder) => `left the folder ${folder}`,
  'first-comparison': (folder) => `left the folder ${folder}`,
  uidvalidity: (folder) => `lost its number in the folder ${folder}, which the server has numbered anew`,
  'other-mailbox': (folder) => `stayed behind in the folder ${folder} of the former mail server`,
  'folder-gone': (folder) => `left with the folder ${folder}, which is no longer on the server`,
};

const DESTROYED: Record<Of<'MessageDestroyed'>['why'], string> = {
  'for-good': 'deleted it for good',
  'trash-expired': 'deleted it for good after its time in the trash',
  'draft-gone': 'destroyed the draft, because another program replaced or removed it',
};

/** `null`: no news of a message. A fact that is missing here does not compile. */
export const tellings: { [T in HistoryFact['type']]: Telling<Of<T>> | null } = {
  MessageReceived: found('was received in'),
  SentMessageFound: found('was found among the sent messages, in'),
  DraftFound: found('was found as a draft in'),
  MessageAlsoReceived: found('was received in'),
  MessagePlaced: found('was found in'),
  MessagesPlaced: telling(
    'server',
    ({ folderId, uidValidity, places }: Of<'MessagesPlaced'>) => [
      { messageIds: idsOf(places), data: { folderId }, into: { folderId, uidValidity } },
    ],
    ({ folderId }, nameOf) => ({
      summary: `was found in the folder ${nameOf(folderId)}`,
      changes: [{ field: 'folderId', from: null, to: folderId }],
    }),
  ),
  FlagsChanged: telling(
    'server',
    ({ folderId, changes }: Of<'FlagsChanged'>) =>
      changes.map(({ set, messages }) => ({ messageIds: idsOf(messages), data: { folderId, set } })),
    ({ folderId, set }, nameOf) => ({
      summary: `was marked ${inWords(set)} in the folder ${nameOf(folderId)}`,
      changes: changesOf(set, (value) => !value),
    }),
  ),
  PlacesLeft: telling(
    'server',
    ({ folderId, uidValidity, cause, places }: Of<'PlacesLeft'>) => {
      const shelf = { folderId, uidValidity };
      const data = { folderId, cause };
      return places === 'all'
        ? [{ messageIds: [], data, emptied: shelf }]
        : [{ messageIds: idsOf(places), data, outOf: shelf }];
    },
    ({ folderId, cause }, nameOf) => ({
      summary: LEFT[cause](nameOf(folderId)),
      changes: [{ field: 'folderId', from: folderId, to: null }],
    }),
  ),
  MessagesMarked: telling(
    'person',
    ({ messageIds, set, number: wish }: Of<'MessagesMarked'>) => [{ messageIds, data: { set }, wish }],
    ({ set }) => ({ summary: `marked it ${inWords(set)}`, changes: changesOf(set, () => null) }),
  ),
  MessagesMoved: telling(
    'person',
    ({ messageIds, folderId, number: wish }: Of<'MessagesMoved'>) => [{ messageIds, data: { folderId }, wish }],
    ({ folderId }, nameOf) => ({
      summary: `moved it into the folder ${nameOf(folderId)}`,
      changes: [{ field: 'folderId', from: null, to: folderId }],
    }),
  ),
  MessagesDeleted: telling(
    'person',
    ({ messageIds, server, number: wish }: Of<'MessagesDeleted'>) => [
      { messageIds, data: { server }, ...(server === 'remove' && { wish }) },
    ],
    ({ server }) => ({
      summary: server === 'keep' ? 'deleted it here, and left it on the server' : 'deleted it',
      changes: [{ field: 'deleted', from: false, to: true }],
    }),
  ),
  MessagesRestored: telling(
    'person',
    ({ messageIds, number: wish }: Of<'MessagesRestored'>) => [{ messageIds, data: {}, wish }],
    () => ({ summary: 'restored it', changes: [{ field: 'deleted', from: true, to: false }] }),
  ),
  MessageDestroyed: telling(
    'person',
    ({ messageId, why }: Of<'MessageDestroyed'>) => [{ messageIds: [messageId], data: { why } }],
    ({ why }) => ({ summary: DESTROYED[why], changes: [] }),
  ),
  MessageErased: telling(
    'person',
    ({ messageId }: Of<'MessageErased'>) => [{ messageIds: [messageId], data: {} }],
    () => ({ summary: 'erased it', changes: [] }),
  ),
  MessagesRead: telling(
    'person',
    ({ messageIds }: Of<'MessagesRead'>) => [{ messageIds, data: {} }],
    () => ({ summary: 'read it', changes: [] }),
  ),
  MessagesUnread: telling(
    'person',
    ({ messageIds }: Of<'MessagesUnread'>) => [{ messageIds, data: {} }],
    () => ({ summary: 'set it back to unread', changes: [] }),
  ),
  ...sendingTellings,
  ...draftTellings,
  // Outcomes of wishes; `message-history.ts` records them.
  WishesSettled: null,
  MessageKeysTaken: null,
  ReadUpTo: null,
};
