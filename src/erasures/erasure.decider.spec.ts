import { company } from '../companies/company.fold.js';
import {
  addressAssigned,
  addressReleased,
  companyCreated,
  companyErased,
  contactCreated,
  contactErased,
  erasureRequested,
  erasureStarted,
  personErased,
  taskCreated,
  taskErased,
  taskLinkedToContact,
} from '../../test/examples/crm-facts.js';
import { messageErased, messageReceived } from '../../test/examples/message-facts.js';
import { given } from '../../test/given.js';
import { addressHolder } from '../contacts/address.fold.js';
import { contact } from '../contacts/contact.fold.js';
import { message } from '../messages/message.fold.js';
import { task } from '../tasks/task.fold.js';
import {
  eraseCompany,
  eraseContact,
  eraseMessage,
  eraseTask,
  finishErasure,
  releaseAddress,
  requestErasure,
  startErasure,
  unlinkTask,
} from './erasure.decider.js';
import { erasures } from './erasure.fold.js';

const { data } = erasureRequested();
const started = erasureStarted().data;

describe('an erasure', () => {
  it('is requested once, also by a repeated command', () => {
    given(erasures)
      .when((s) => requestErasure(s, data))
      .then(erasureRequested());
    given(erasures, erasureRequested(), erasureStarted(), personErased())
      .when((s) => requestErasure(s, data))
      .then();
  });
  it('can be requested again, also while an erasure runs, because there may be later mail', () => {
    for (const before of [[erasureRequested()], [erasureRequested(), erasureStarted(), personErased()]])
      given(erasures, ...before)
        .when((s) => requestErasure(s, { ...data, erasureId: 'erasure-2' }))
        .then(erasureRequested({ erasureId: 'erasure-2' }));
  });
  it('starts once, and ends once', () => {
    given(erasures, erasureRequested())
      .when((s) => startErasure(s, started))
      .then(erasureStarted());
    given(erasures, erasureRequested(), erasureStarted())
      .when((s) => startErasure(s, started))
      .then();
    given(erasures, erasureRequested(), erasureStarted())
      .when((s) => finishErasure(s, personErased().data))
      .then(personErased());
    given(erasures, erasureRequested(), erasureStarted(), personErased())
      .when((s) => finishErasure(s, personErased().data))
      .then();
  });
});

describe('the records of an erased person', () => {
  it('a message is erased once', () => {
    const erase = (s: typeof message.initial) => eraseMessage(s, 'message-1', 'erasure-1');
    given(message, messageReceived()).when(erase).then(messageErased());
    given(message, messageReceived(), messageErased()).when(erase).then();
    given(message).when(erase).then();
  });
  it('a task is erased once', () => {
    const erase = (s: typeof task.initial) => eraseTask(s, 'task-1', 'erasure-1');
    given(task, taskCreated()).when(erase).then(taskErased());
    given(task, taskCreated(), taskErased()).when(erase).then();
  });
  it('a task of other people loses its contact, and stays', () => {
    const { contactId } = taskCreated().data;
    const unlink = (s: typeof task.initial) => unlinkTask(s, 'task-1', contactId!);
    given(task, taskCreated())
      .when(unlink)
      .then(taskLinkedToContact({ from: contactId, to: null }));
    given(task, taskCreated(), taskLinkedToContact()).when(unlink).then();
    given(task, taskCreated(), taskErased()).when(unlink).then();
  });
  it('a contact is erased once', () => {
    const { contactId } = contactCreated().data;
    const erase = (s: typeof contact.initial) => eraseContact(s, contactId, 'erasure-1');
    given(contact, contactCreated()).when(erase).then(contactErased());
    given(contact, contactCreated(), contactErased()).when(erase).then();
    given(contact).when(erase).then();
  });
  it('a company is erased once', () => {
    const erase = (s: typeof company.initial) => eraseCompany(s, 'customer', 'erasure-1');
    given(company, companyCreated()).when(erase).then(companyErased());
    given(company, companyCreated(), companyErased()).when(erase).then();
    given(company).when(erase).then();
  });
  it('an address is released by its holder alone', () => {
    const { addressKey, contactId } = addressAssigned().data;
    given(addressHolder, addressAssigned())
      .when((s) => releaseAddress(s, addressKey, contactId))
      .then(addressReleased());
    given(addressHolder, addressAssigned())
      .when((s) => releaseAddress(s, addressKey, 'emil'))
      .then();
  });
});
