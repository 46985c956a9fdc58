import type { Decider } from '../platform/domain.js';
import type { MessageEvent, Place } from './message.events.js';
import { type AfterQueueing, isAfterQueueing } from './sending.events.js';
import { queued, type Sending, sendingAfter } from './sending.fold.js';

export type Message =
  | { status: 'absent' }
  /** a tombstone: erased with a person, or deleted for good; `mayReturn`: a draft that other programs removed */
  | { status: 'erased'; mayReturn: boolean }
  | {
      status: 'on-record';
      accountId: string;
      /** SHA-256 of the raw bytes on record, hex */
      hash: string | null;
      /** true once reactions to the message were possible */
      received: boolean;
      /** HMAC of the sender's address; null without a sender */
      senderKey: string | null;
      /** true once `MessageKeysTaken` is recorded */
      keysTaken: boolean;
      /** `placeKey`s; the first is the place of the first fetch */
      places: ReadonlySet<string>;
      /** null: the message was not sent by this service */
      sending: Sending | null;
    };

export const placeKey = ({ folderId, uidValidity, uid }: Place): string => `${folderId} ${uidValidity} ${uid}`;

const NEW = { hash: null, received: false, senderKey: null, keysTaken: false, places: [] as string[], sending: null };

export const message: Decider<Message, MessageEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    if (isAfterQueueing(fact)) return sentOn(state, fact);
    const before = state.status === 'on-record' ? state : NEW;
    switch (fact.type) {
      case 'MessageReceived':
      case 'MessageAlsoReceived':
      case 'SentMessageFound':
      case 'DraftFound':
      case 'MessagePlaced':
        return {
          status: 'on-record',
          accountId: fact.data.accountId,
          hash: 'hash' in fact.data ? fact.data.hash : before.hash,
          received: before.received || fact.type === 'MessageReceived' || fact.type === 'MessageAlsoReceived',
          senderKey: fact.type === 'MessagePlaced' ? before.senderKey : fact.data.senderKey,
          keysTaken: before.keysTaken,
          places: new Set([...before.places, placeKey(fact.data)]),
          sending: before.sending,
        };
      case 'MessageQueued': {
        const { accountId, hash, senderKey } = fact.data;
        const own = { accountId, hash, senderKey, received: false, keysTaken: false, places: new Set<string>() };
        return { status: 'on-record', ...own, sending: queued(fact.data) };
      }
      case 'MessageKeysTaken':
        return state.status === 'on-record' ? { ...state, keysTaken: true } : state;
      case 'MessageErased':
        return { status: 'erased', mayReturn: false };
      case 'MessageDestroyed':
        return { status: 'erased', mayReturn: fact.data.why === 'draft-gone' };
      default:
        return fact satisfies never;
    }
  },
};

function sentOn(state: Message, fact: AfterQueueing): Message {
  if (state.status !== 'on-record' || state.sending === null) return state;
  const sending = sendingAfter(state.sending, fact);
  const place = fact.type === 'CopyKept' ? fact.data.place : null;
  return { ...state, sending, ...(place && { places: new Set([...state.places, placeKey(place)]) }) };
}
