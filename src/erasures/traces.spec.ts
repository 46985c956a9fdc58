import {
  contactCreated,
  contactErased,
  contactMovedToCompany,
  taskCreated,
  taskErased,
  taskLinkedToContact,
} from '../../test/examples/crm-facts.js';
import {
  draftFound,
  messageAlsoReceived,
  messageDestroyed,
  messageErased,
  messageReceived,
  sentMessageFound,
} from '../../test/examples/message-facts.js';
import { messageQueued } from '../../test/examples/sending-facts.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { positionOf } from '../../test/examples/recorded.js';
import { traces } from './traces.js';

const people = ['key-of-dora', 'key-of-info'];

everyFactHasACase(traces, {
  MessageReceived: {
    given: [messageReceived()],
    rows: {
      messages: [{ message_id: 'message-1', account_id: 'info', people, position: positionOf(0), erased: null }],
    },
  },
  SentMessageFound: { given: [sentMessageFound()], rows: { messages: [{ message_id: 'message-2', people }] } },
  DraftFound: { given: [draftFound()], rows: { messages: [{ message_id: 'message-3', people }] } },
  MessageQueued: {
    given: [messageQueued()],
    rows: { messages: [{ message_id: 'message-9', people: ['key-of-dora', 'key-of-info', 'key-of-erik'] }] },
  },
  MessageAlsoReceived: {
    given: [sentMessageFound(), messageAlsoReceived()],
    rows: { further: [{ message_id: 'message-2', people: ['key-of-dora', 'key-of-fred'] }] },
  },
  MessageErased: {
    given: [messageReceived(), messageErased()],
    rows: { messages: [{ message_id: 'message-1', people, erasure_id: 'erasure-1', erased: positionOf(1) }] },
  },
  MessageDestroyed: {
    given: [messageReceived(), messageDestroyed()],
    rows: { messages: [{ message_id: 'message-1', people, erasure_id: null, erased: positionOf(1) }] },
  },
  TaskCreated: {
    given: [taskCreated()],
    rows: {
      tasks: [{ task_id: 'task-1', message_id: 'message-1', contact_id: 'dora', erasure_id: null, erased: null }],
    },
  },
  TaskLinkedToContact: {
    given: [taskCreated(), taskLinkedToContact()],
    rows: { tasks: [{ task_id: 'task-1', contact_id: 'emil' }] },
  },
  ContactCreated: { given: [contactCreated()], rows: { contacts: [{ contact_id: 'dora', company_id: 'customer' }] } },
  ContactMovedToCompany: {
    given: [contactCreated(), contactMovedToCompany()],
    rows: { contacts: [{ contact_id: 'dora', company_id: 'zoo' }] },
  },
  ContactErased: {
    given: [contactCreated({ contactId: 'emil' }), contactCreated(), contactErased()],
    rows: { contacts: [{ contact_id: 'emil' }] },
  },
  TaskErased: {
    given: [taskCreated(), taskErased()],
    rows: { tasks: [{ task_id: 'task-1', erasure_id: 'erasure-1', erased: positionOf(1) }] },
  },
});
