import { createHash } from 'node:crypto';
import type { Author, Box, MessageContent, MessageEvent, Place, ReactionsAndNotice } from './message.events.js';
import { type Message, placeKey } from './message.fold.js';

/** Id of a message without a Message-ID: same account and same bytes, also in another folder or under another UID. */
export const messageIdOf = (accountId: string, hash: string): string =>
  createHash('sha256').update(`${accountId}\0${hash}`).digest('hex').slice(0, 32);

/** Id of a draft that was destroyed and lies in a folder again: a new message, with an id from its place. */
export const returnedIdOf = (accountId: string, hash: string, place: Place): string =>
  messageIdOf(accountId, `${hash} ${placeKey(place)}`);

/** @param own addresses of accounts, in lower case */
export function authorOf(
  { from, replyTo }: Pick<MessageContent, 'from' | 'replyTo'>,
  own: ReadonlySet<string>,
): Author {
  const isOwn = (address: string): boolean => own.has(address.toLowerCase());
  if (!from || !isOwn(from.address)) return 'from';
  const answers = replyTo?.[0]?.address ?? '';
  return answers === '' || isOwn(answers) ? 'own' : 'reply-to';
}

export interface FoundMessage {
  content: Omit<MessageContent, keyof Place>;
  box: Box;
  /** true: the folder is the inbox, which decides that the message is received wherever else it lies */
  inInbox: boolean;
  /** more than one when a folder holds the same bytes several times */
  places: readonly [Place, ...Place[]];
  reactions: ReactionsAndNotice;
}

/**
 * Number of these places that do not count as new. The place of the first fetch counts as new, although it is on
 * record: a fetch that records it and dies before its cursor moves has not counted it yet.
 */
export function knownAt(state: Message, places: readonly Place[]): number {
  if (state.status === 'erased') return places.length;
  const [receivedAt] = state.status === 'on-record' ? state.places : [placeKey(places[0]!)];
  return places.filter((place) => placeKey(place) !== receivedAt).length;
}

/**
 * Records a message once. A message that was found in Sent before is received when it is found in the inbox. An erased
 * message is not recorded again.
 */
export function takeIn(state: Message, found: FoundMessage): MessageEvent[] {
  const { content, box, inInbox, places, reactions } = found;
  if (state.status === 'erased') return [];
  if (state.status === 'on-record') {
    const [first] = freshPlaces(state, places);
    return first === undefined || state.received || !inInbox ? [] : [alsoReceived(content, first, reactions)];
  }
  const { folderId, uidValidity, uid } = places[0];
  return [
    box === 'received'
      ? { type: 'MessageReceived', data: { ...content, folderId, uidValidity, uid, reactions } }
      : { type: box === 'sent' ? 'SentMessageFound' : 'DraftFound', data: { ...content, folderId, uidValidity, uid } },
  ];
}

/** The places that `takeIn` does not record, for `MessagesPlaced`. */
export function furtherPlaces(state: Message, found: FoundMessage): Place[] {
  if (state.status === 'erased') return [];
  if (state.status === 'absent') return found.places.slice(1);
  return freshPlaces(state, found.places).slice(takeIn(state, found).length);
}

const freshPlaces = ({ places }: { places: ReadonlySet<string> }, found: readonly Place[]): Place[] =>
  found.filter((place) => !places.has(placeKey(place)));

function alsoReceived(
  content: FoundMessage['content'],
  { folderId, uidValidity, uid }: Place,
  reactions: ReactionsAndNotice,
): MessageEvent {
  const { accountId, messageId, from, replyTo, subject, author, senderKey, peopleKeys } = content;
  const { automatic, receivedAt, arrival, seen, flagged, answered, forwarded, deleted } = content;
  const mail = { accountId, messageId, from, replyTo, subject, author, senderKey, peopleKeys, automatic, receivedAt };
  const flags = { seen, flagged, answered, forwarded, deleted };
  return { type: 'MessageAlsoReceived', data: { ...mail, arrival, ...flags, folderId, uidValidity, uid, reactions } };
}
