import { everyFactHasACase } from '../../test/given-projection.js';
import { accountRemoved } from '../../test/examples/account-facts.js';
import {
  taskAssigned,
  taskCompleted,
  taskCreated,
  taskErased,
  taskLinkedToContact,
  taskReopened,
  taskRetitled,
  taskTitlesKept,
} from '../../test/examples/crm-facts.js';
import { atOf, positionOf } from '../../test/examples/recorded.js';
import { tasks } from './tasks.js';

everyFactHasACase(tasks, {
  AccountRemoved: {
    given: [taskCreated(), taskCreated({ taskId: 'task-2', accountId: 'sales' }), accountRemoved()],
    rows: { tasks: [{ id: 'task-2' }] },
  },
  TaskCreated: {
    given: [taskCreated()],
    rows: {
      tasks: [
        {
          id: 'task-1',
          title: 'Order 7',
          messageId: 'message-1',
          contactId: 'dora',
          accountId: 'info',
          state: 'open',
          assignee: null,
          createdAt: new Date(atOf(0)),
          revision: 0,
          position: positionOf(0),
        },
      ],
    },
  },
  TaskRetitled: {
    given: [taskCreated(), taskRetitled()],
    rows: { tasks: [{ id: 'task-1', title: 'Send order 7', revision: 1 }] },
  },
  TaskTitlesKept: {
    given: [taskCreated({ title: null }), taskRetitled({ from: null, to: null }), taskTitlesKept()],
    rows: { tasks: [{ id: 'task-1', title: 'Send order 7', revision: 2 }] },
  },
  TaskAssigned: {
    given: [taskCreated(), taskAssigned()],
    rows: { tasks: [{ id: 'task-1', assignee: 'ben', revision: 1 }] },
  },
  TaskCompleted: {
    given: [taskCreated(), taskCompleted()],
    rows: { tasks: [{ id: 'task-1', state: 'done', revision: 1 }] },
  },
  TaskReopened: {
    given: [taskCreated(), taskCompleted(), taskReopened()],
    rows: { tasks: [{ id: 'task-1', state: 'open', revision: 2 }] },
  },
  TaskLinkedToContact: {
    given: [taskCreated(), taskLinkedToContact()],
    rows: { tasks: [{ id: 'task-1', contactId: 'emil', revision: 1 }] },
  },
  TaskErased: {
    given: [taskCreated({ taskId: 'task-2' }), taskCreated(), taskErased()],
    rows: { tasks: [{ id: 'task-2' }] },
  },
});
