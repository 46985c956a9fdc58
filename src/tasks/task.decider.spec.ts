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
import { addTask, changeTask, createTask, taskIdFor } from './task.decider.js';
import { task } from './task.fold.js';

const { data } = taskCreated();
const byHand = taskCreated({ taskId: 'task-2', messageId: null, title: 'Call Dora' }).data;
const anybody = (): boolean => true;
const nobody = (): boolean => false;

describe('a task of a mail', () => {
  it('is one a mail', () => expect(taskIdFor('message-1')).not.toBe(taskIdFor('message-2')));
  it('is created once', () => {
    given(task)
      .when((s) => createTask(s, data))
      .then(taskCreated());
    given(task, taskCreated())
      .when((s) => createTask(s, data))
      .then();
  });
  it('that was erased is not created again', () =>
    given(task, taskCreated(), taskErased())
      .when((s) => createTask(s, data))
      .then());
  it('is not made by hand beside the one that there is', () =>
    given(task, taskCreated())
      .when((s) => addTask(s, { ...data, assignee: null }))
      .refuses('mail-has-a-task', 'conflict'));
});

describe('a task made by hand', () => {
  it('is given to somebody at once', () =>
    given(task)
      .when((s) => addTask(s, { ...byHand, assignee: 'ben' }))
      .then(taskCreated(byHand), taskAssigned({ taskId: 'task-2' })));
  it('is made once when it is asked for twice', () =>
    given(task, taskCreated(byHand))
      .when((s) => addTask(s, { ...byHand, assignee: 'ben' }))
      .then());
});

describe('changing a task', () => {
  it('is one fact a change', () =>
    given(task, taskCreated())
      .when((s) =>
        changeTask(s, 'task-1', { title: 'Send order 7', contactId: 'emil', assignee: 'ben', state: 'done' }, anybody),
      )
      .then(taskRetitled(), taskLinkedToContact(), taskAssigned(), taskCompleted()));
  it('to what it is already changes nothing', () =>
    given(task, taskCreated(), taskAssigned(), taskCompleted())
      .when((s) =>
        changeTask(s, 'task-1', { title: 'Order 7', contactId: 'dora', assignee: 'ben', state: 'done' }, anybody),
      )
      .then());
  it('opens it again', () =>
    given(task, taskCreated(), taskCompleted())
      .when((s) => changeTask(s, 'task-1', { state: 'open' }, anybody))
      .then(taskReopened()));
  it('takes it from everybody', () =>
    given(task, taskCreated(), taskAssigned())
      .when((s) => changeTask(s, 'task-1', { assignee: null }, anybody))
      .then(taskAssigned({ from: 'ben', to: null })));
  it('is for those who may use its account', () =>
    given(task, taskCreated())
      .when((s) => changeTask(s, 'task-1', { state: 'done' }, nobody))
      .refuses('task-not-found', 'not-found'));
  it('of one that is not there, or was erased, is refused', () => {
    given(task)
      .when((s) => changeTask(s, 'task-1', {}, anybody))
      .refuses('task-not-found', 'not-found');
    given(task, taskCreated(), taskErased())
      .when((s) => changeTask(s, 'task-1', {}, anybody))
      .refuses('task-not-found', 'not-found');
  });
});
