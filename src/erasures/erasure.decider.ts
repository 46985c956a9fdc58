import type { AddressEvent, ContactEvent } from '../contacts/contact.events.js';
import type { AddressHolder } from '../contacts/address.fold.js';
import type { Contact } from '../contacts/contact.fold.js';
import type { MessageEvent } from '../messages/message.events.js';
import type { Message } from '../messages/message.fold.js';
import type { TaskEvent } from '../tasks/task.events.js';
import { isKnown, type Task } from '../tasks/task.fold.js';
import type { ErasureEvent } from './erasure.events.js';
import type { Erasures, StartedErasure } from './erasure.fold.js';

/** While an erasure of the address runs, a further request is answered by that erasure. */
export function requestErasure({ last }: Erasures, data: { erasureId: string; addressKey: string }): ErasureEvent[] {
  if (last && (last.erased === null || last.erasureId === data.erasureId)) return [];
  return [{ type: 'ErasureRequested', data }];
}

export function startErasure({ last }: Erasures, data: StartedErasure): ErasureEvent[] {
  return last?.erasureId === data.erasureId && last.started === null ? [{ type: 'ErasureStarted', data }] : [];
}

export function finishErasure({ last }: Erasures, { erasureId, addressKey, erased }: StartedErasure): ErasureEvent[] {
  if (last?.erasureId !== erasureId || last.erased !== null) return [];
  return [{ type: 'PersonErased', data: { erasureId, addressKey, erased } }];
}

export const eraseMessage = (state: Message, messageId: string, erasureId: string): MessageEvent[] =>
  state.status === 'on-record'
    ? [{ type: 'MessageErased', data: { accountId: state.accountId, messageId, erasureId } }]
    : [];

export const eraseTask = (state: Task, taskId: string, erasureId: string): TaskEvent[] =>
  isKnown(state) ? [{ type: 'TaskErased', data: { taskId, erasureId } }] : [];

/** A task of a message of other people stays, without its contact. */
export const unlinkTask = (state: Task, taskId: string, contactId: string): TaskEvent[] =>
  isKnown(state) && state.contactId === contactId
    ? [{ type: 'TaskLinkedToContact', data: { taskId, from: contactId, to: null } }]
    : [];

export const eraseContact = (state: Contact, contactId: string, erasureId: string): ContactEvent[] =>
  state.status === 'known' ? [{ type: 'ContactErased', data: { contactId, erasureId } }] : [];

export const releaseAddress = (state: AddressHolder, addressKey: string, contactId: string): AddressEvent[] =>
  state.heldBy === contactId ? [{ type: 'AddressReleased', data: { addressKey, contactId } }] : [];
