import { messageReceived } from '../../test/examples/message-facts.js';
import { reacting } from '../../test/reacting.js';
import { CreateTask } from './create-task.js';
import { createTaskWhenMessageReceived } from './create-task-when-message-received.saga.js';

const received = { createContacts: false, createContactsFrom: 'people', createTasks: true, notify: false } as const;

describe('a received mail', () => {
  it('creates a task', () => {
    const fact = messageReceived({ reactions: received });
    return reacting(createTaskWhenMessageReceived, fact).then((origin) => new CreateTask(fact.data, origin));
  });
  it('creates a task also when it is automatic', () => {
    const fact = messageReceived({ reactions: received, automatic: 'bulk' });
    return reacting(createTaskWhenMessageReceived, fact).then((origin) => new CreateTask(fact.data, origin));
  });
  it('of an account without new tasks creates no task', () =>
    reacting(
      createTaskWhenMessageReceived,
      messageReceived({ reactions: { ...received, createTasks: false } }),
    ).then());
});
