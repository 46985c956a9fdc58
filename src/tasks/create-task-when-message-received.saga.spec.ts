import { describe, expect, it } from '@jest/globals';
import { messageReceived } from '../../test/examples/message-facts.js';
import { taskCreated } from '../../test/examples/crm-facts.js';
import { given } from '../../test/given.js';
import { reacting } from '../../test/reacting.js';
import { CreateTask, createTask, task, taskIdFor } from './create-task.js';
import { createTaskWhenMessageReceived } from './create-task-when-message-received.saga.js';

const received = { createContacts: false, createContactsFrom: 'people', createTasks: true } as const;

describe('a received mail', () => {
  it('creates a task', () => {
    const fact = messageReceived({ reactions: received });
    return reacting(createTaskWhenMessageReceived, fact).then((origin) => new CreateTask(fact.data, origin));
  });
  it('creates a task also when it is automatic', () => {
    const fact = messageReceived({ reactions: received, automatic: 'bulk' });
    return reacting(createTaskWhenMessageReceived, fact).then((origin) => new CreateTask(fact.data, origin));
  });
  it('of an account that wants no tasks creates none', () =>
    reacting(createTaskWhenMessageReceived, messageReceived({ reactions: { ...received, createTasks: false } })).then());
});

describe('a task', () => {
  it('is one a mail', () => expect(taskIdFor('message-1')).not.toBe(taskIdFor('message-2')));
  it('is created once', () => {
    const { data } = taskCreated();
    given(task)
      .when((s) => createTask(s, data))
      .then(taskCreated());
    given(task, taskCreated())
      .when((s) => createTask(s, data))
      .then();
  });
});
