import { createHash } from 'node:crypto';
import type { Decider } from '../platform/domain.js';
import type { Box, MessageContent, MessageEvent, Place, Reactions } from './message.events.js';

export type Message =
  { status: 'absent' } | { status: 'erased' } | { status: 'on-record'; places: ReadonlySet<string> };

const placeKey = ({ folderId, uidValidity, uid }: Place): string => `${folderId} ${uidValidity} ${uid}`;

export const message: Decider<Message, MessageEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    const before = state.status === 'on-record' ? state.places : [];
    switch (fact.type) {
      case 'MessageReceived':
      case 'SentMessageFound':
      case 'DraftFound':
      case 'MessagePlaced':
        return { status: 'on-record', places: new Set([...before, placeKey(fact.data)]) };
      case 'MessageErased':
        return { status: 'erased' };
      default:
        return fact satisfies never;
    }
  },
};

/** One message per account and content: the same bytes in another folder, under another UID or UIDVALIDITY are the same message. */
export const messageIdOf = (accountId: string, hash: string): string =>
  createHash('sha256').update(`${accountId}\0${hash}`).digest('hex').slice(0, 32);

export interface FoundMessage {
  /** everything but where it lies */
  content: Omit<MessageContent, keyof Place>;
  box: Box;
  /** at least one; more when a folder holds the same bytes again */
  places: readonly [Place, ...Place[]];
  reactions: Reactions;
}

/**
 * At how many of these places it was known before. Not where it was received, though that is on record: a fetch that read it there
 * died before its cursor moved, and nobody has counted it yet.
 */
export function knownAt(state: Message, places: readonly Place[]): number {
  if (state.status === 'erased') return places.length;
  const [receivedAt] = state.status === 'on-record' ? state.places : [placeKey(places[0]!)];
  return places.filter((place) => placeKey(place) !== receivedAt).length;
}

/** On record once; from then on only what is new about where it lies. */
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
