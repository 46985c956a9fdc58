import type { EarlierTitle, TaskEvent } from '../tasks/task.events.js';
import { isKnown, type Task } from '../tasks/task.fold.js';
import type { MessageEvent, TakenKeys, WhyDestroyed } from './message.events.js';
import type { Message } from './message.fold.js';

export const takeKeys = (state: Message, messageId: string, keys: TakenKeys): MessageEvent[] =>
  state.status === 'on-record' && !state.keysTaken
    ? [{ type: 'MessageKeysTaken', data: { accountId: state.accountId, messageId, ...keys } }]
    : [];

export const destroyMessage = (state: Message, messageId: string, why: WhyDestroyed): MessageEvent[] =>
  state.status === 'on-record'
    ? [{ type: 'MessageDestroyed', data: { accountId: state.accountId, messageId, why } }]
    : [];

/** @param earlier facts with titles that become unreadable with the key of the message */
export const keepTitles = (state: Task, taskId: string, earlier: EarlierTitle[]): TaskEvent[] =>
  isKnown(state) && !state.titlesKept && earlier.length > 0
    ? [{ type: 'TaskTitlesKept', data: { taskId, messageId: state.messageId, title: state.title, earlier } }]
    : [];
