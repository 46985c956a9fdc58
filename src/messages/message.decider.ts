import { createHash } from 'node:crypto';
import type { Box, MessageContent, MessageEvent, Place, Reactions } from './message.events.js';
import { type Message, placeKey } from './message.fold.js';

/** Same account and same bytes give the same message, also in another folder or under another UID or UIDVALIDITY. */
export const messageIdOf = (accountId: string, hash: string): string =>
  createHash('sha256').update(`${accountId}\0${hash}`).digest('hex').slice(0, 32);

export interface FoundMessage {
  content: Omit<MessageContent, keyof Place>;
  box: Box;
  /** more than one when a folder holds the same bytes several times */
  places: readonly [Place, ...Place[]];
  reactions: Reactions;
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

/** Records a message once, and each further place once. An erased message is not recorded again. */
export function takeIn(state: Message, { content, box, places, reactions }: FoundMessage): MessageEvent[] {
  if (state.status === 'erased') return [];
  const [first, ...others] = places;
  const { accountId, messageId } = content;
  const placed = (place: Place): MessageEvent => ({
    type: 'MessagePlaced',
    data: { accountId, messageId, ...place, box },
  });
  if (state.status === 'on-record') return places.filter((place) => !state.places.has(placeKey(place))).map(placed);
  const { folderId, uidValidity, uid } = first;
  const found: MessageEvent =
    box === 'received'
      ? { type: 'MessageReceived', data: { ...content, folderId, uidValidity, uid, reactions } }
      : { type: box === 'sent' ? 'SentMessageFound' : 'DraftFound', data: { ...content, folderId, uidValidity, uid } };
  return [found, ...others.map(placed)];
}
