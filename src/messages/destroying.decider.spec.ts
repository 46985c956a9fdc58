import { taskCreated, taskErased, taskRetitled, taskTitlesKept } from '../../test/examples/crm-facts.js';
import {
  messageDestroyed,
  messageErased,
  messageKeysTaken,
  messageReceived,
} from '../../test/examples/message-facts.js';
import { given } from '../../test/given.js';
import { eraseMessage } from '../erasures/erasure.decider.js';
import { task, type Task } from '../tasks/task.fold.js';
import { destroyMessage, keepTitles, takeKeys } from './destroying.decider.js';
import { takeIn } from './message.decider.js';
import { message, type Message } from './message.fold.js';

const { why } = messageDestroyed().data;
const destroy = (state: Message) => destroyMessage(state, 'message-1', why);
const { identityKey, reactionKey, conversationKeys, threadId } = messageKeysTaken().data;
const keys = { identityKey, reactionKey, conversationKeys, threadId };
const take = (state: Message) => takeKeys(state, 'message-1', keys);

describe('a message', () => {
  it('is destroyed once', () => {
    given(message, messageReceived()).when(destroy).then(messageDestroyed());
    given(message, messageReceived(), messageDestroyed()).when(destroy).then();
  });
  it('that was never recorded is not destroyed', () => given(message).when(destroy).then());
  it('that was erased with a person is not destroyed, and a destroyed one is not erased', () => {
    given(message, messageReceived(), messageErased()).when(destroy).then();
    given(message, messageReceived(), messageDestroyed())
      .when((s) => eraseMessage(s, 'message-1', 'erasure-1'))
      .then();
  });
  it('that was destroyed is never recorded again, at no place', () => {
    const { reactions, folderId, uidValidity, uid, ...content } = messageReceived().data;
    for (const place of [
      { folderId, uidValidity, uid },
      { folderId: 'elsewhere', uidValidity: '2', uid: 1 },
    ])
      given(message, messageReceived(), messageDestroyed())
        .when((s) => takeIn(s, { content, box: 'received', inInbox: true, places: [place], reactions }))
        .then();
  });
});

describe('the keys of a message', () => {
  it('are taken once', () => {
    given(message, messageReceived()).when(take).then(messageKeysTaken());
    given(message, messageReceived(), messageKeysTaken()).when(take).then();
  });
  it('are not taken of a destroyed message, or of none', () => {
    given(message, messageReceived(), messageDestroyed()).when(take).then();
    given(message).when(take).then();
  });
  it('leave the message on record', () =>
    given(message, messageReceived(), messageKeysTaken()).when(destroy).then(messageDestroyed()));
});

describe('the titles of its task', () => {
  const { earlier } = taskTitlesKept().data;
  const keep = (state: Task) => keepTitles(state, 'task-1', earlier!);

  it('are recorded again once, with the present title', () => {
    given(task, taskCreated(), taskRetitled()).when(keep).then(taskTitlesKept());
    given(task, taskCreated(), taskRetitled(), taskTitlesKept()).when(keep).then();
  });
  it('are not recorded again when the task has its own key', () =>
    given(task, taskCreated())
      .when((s) => keepTitles(s, 'task-1', []))
      .then());
  it('are not recorded of an erased task, or of none', () => {
    given(task, taskCreated(), taskErased()).when(keep).then();
    given(task).when(keep).then();
  });
  it('stay when the task is retitled later', () => {
    const state = [taskCreated({ title: null }), taskTitlesKept(), taskRetitled({ to: 'Later' })].reduce(
      (so, fact) => task.evolve(so, fact),
      task.initial,
    );
    expect(state).toMatchObject({ title: 'Later', titlesKept: true });
  });
});
