import type { CompanyEvent } from '../companies/company.events.js';
import type { Company } from '../companies/company.fold.js';
import type { AddressEvent, ContactEvent } from '../contacts/contact.events.js';
import type { AddressHolder } from '../contacts/address.fold.js';
import type { Contact } from '../contacts/contact.fold.js';
import type { MessageEvent } from '../messages/message.events.js';
import type { Message } from '../messages/message.fold.js';
import type { DataOf } from '../platform/domain.js';
import type { TaskEvent } from '../tasks/task.events.js';
import { isKnown, type Task } from '../tasks/task.fold.js';
import type { ErasureEvent } from './erasure.events.js';
import type { Erasures, StartedErasure } from './erasure.fold.js';

/** Each request is an erasure of its own: it covers records that an erasure in progress does not cover. */
export const requestErasure = (state: Erasures, data: DataOf<ErasureEvent, 'ErasureRequested'>): ErasureEvent[] =>
  state.has(data.erasureId) ? [] : [{ type: 'ErasureRequested', data }];

export const startErasure = (state: Erasures, data: StartedErasure): ErasureEvent[] =>
  state.get(data.erasureId)?.started === null ? [{ type: 'ErasureStarted', data }] : [];

export const finishErasure = (state: Erasures, data: DataOf<ErasureEvent, 'PersonErased'>): ErasureEvent[] =>
  state.get(data.erasureId)?.erased === null ? [{ type: 'PersonErased', data }] : [];

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

export const eraseCompany = (state: Company, companyId: string, erasureId: string): CompanyEvent[] =>
  state.status === 'known' ? [{ type: 'CompanyErased', data: { companyId, erasureId } }] : [];

export const releaseAddress = (state: AddressHolder, addressKey: string, contactId: string): AddressEvent[] =>
  state.heldBy === contactId ? [{ type: 'AddressReleased', data: { addressKey, contactId } }] : [];
