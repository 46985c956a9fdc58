import { everyFactHasACase } from '../../test/given-projection.js';
import { accountRemoved } from '../../test/examples/account-facts.js';
import { taskCreated } from '../../test/examples/crm-facts.js';
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
          position: positionOf(0),
        },
      ],
    },
  },
});
