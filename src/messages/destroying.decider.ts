import type { EarlierTitle, TaskEvent } from '../tasks/task.events.js';
import { isKnown, type Task } from '../tasks/task.fold.js';
import type { LateKeys, MessageEvent, WhyDestroyed } from './message.events.js';
import type { Message } from './message.fold.js';

export const destroyMessage = (
  state: Message,
  messageId: string,
  why: WhyDestroyed,
  keys: LateKeys | null,
): MessageEvent[] =>
  state.status === 'on-record'
    ? [{ type: 'MessageDestroyed', data: { accountId: state.accountId, messageId, why, keys } }]
    : [];

/** @param earlier facts with titles that become unreadable with the key of the message */
export const keepTitles = (state: Task, taskId: string, earlier: EarlierTitle[]): TaskEvent[] =>
  isKnown(state) && !state.titlesKept && earlier.length > 0
    ? [{ type: 'TaskTitlesKept', data: { taskId, messageId: state.messageId, title: state.title, earlier } }]
    : [];
