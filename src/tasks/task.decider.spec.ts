import {
  taskAssigned,
  taskCompleted,
  taskCreated,
  taskErased,
  taskLinkedToContact,
  taskReopened,
  taskRetitled,
} from '../../test/examples/crm-facts.js';
import { given } from '../../test/given.js';
import { addTask, changeTask, createTask } from './task.decider.js';
import { taskIdFor } from './task.events.js';
import { task } from './task.fold.js';

const { data } = taskCreated();
const byHand = taskCreated({ taskId: 'task-2', messageId: null, title: 'Call Dora' }).data;
const anybody = (): boolean => true;
const nobody = (): boolean => false;

describe('a task of a message', () => {
  it('has an id of the message', () => expect(taskIdFor('message-1')).not.toBe(taskIdFor('message-2')));
  it('is created once', () => {
    given(task)
      .when((s) => createTask(s, data))
      .then(taskCreated());
    given(task, taskCreated())
      .when((s) => createTask(s, data))
      .then();
  });
  it('is not created again after its erasure', () =>
    given(task, taskCreated(), taskErased())
      .when((s) => createTask(s, data))
      .then());
  it('is not added by hand beside an existing one', () =>
    given(task, taskCreated())
      .when((s) => addTask(s, { ...data, assignee: null }))
      .refuses('mail-has-a-task', 'conflict'));
});

describe('a task added by hand', () => {
  it('can have an assignee at once', () =>
    given(task)
      .when((s) => addTask(s, { ...byHand, assignee: 'ben' }))
      .then(taskCreated(byHand), taskAssigned({ taskId: 'task-2' })));
  it('is added once, also by a repeated command', () =>
    given(task, taskCreated(byHand))
      .when((s) => addTask(s, { ...byHand, assignee: 'ben' }))
      .then());
});

describe('changing a task', () => {
  it('records one fact for each changed field', () =>
    given(task, taskCreated())
      .when((s) =>
        changeTask(s, 'task-1', { title: 'Send order 7', contactId: 'emil', assignee: 'ben', state: 'done' }, anybody),
      )
      .then(taskRetitled(), taskLinkedToContact(), taskAssigned(), taskCompleted()));
  it('to the same values changes nothing', () =>
    given(task, taskCreated(), taskAssigned(), taskCompleted())
      .when((s) =>
        changeTask(s, 'task-1', { title: 'Order 7', contactId: 'dora', assignee: 'ben', state: 'done' }, anybody),
      )
      .then());
  it('reopens it', () =>
    given(task, taskCreated(), taskCompleted())
      .when((s) => changeTask(s, 'task-1', { state: 'open' }, anybody))
      .then(taskReopened()));
  it('can remove the assignee', () =>
    given(task, taskCreated(), taskAssigned())
      .when((s) => changeTask(s, 'task-1', { assignee: null }, anybody))
      .then(taskAssigned({ from: 'ben', to: null })));
  it('is answered as not found without access to its account', () =>
    given(task, taskCreated())
      .when((s) => changeTask(s, 'task-1', { state: 'done' }, nobody))
      .refuses('task-not-found', 'not-found'));
  it('is refused for an unknown task and for an erased one', () => {
    given(task)
      .when((s) => changeTask(s, 'task-1', {}, anybody))
      .refuses('task-not-found', 'not-found');
    given(task, taskCreated(), taskErased())
      .when((s) => changeTask(s, 'task-1', {}, anybody))
      .refuses('task-not-found', 'not-found');
  });
});
