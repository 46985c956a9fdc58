import { createHash } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type AddressEvent, addressStream } from '../contacts/contact.events.js';
import { Decide, type Origin } from '../platform/decide.js';
import type { Decider } from '../platform/domain.js';
import { reached } from '../platform/kill-points.js';
import { type TaskEvent, taskStream } from './task.events.js';

export class CreateTask extends Command<{ taskId: string }> {
  constructor(
    readonly mail: { messageId: string; accountId: string; senderKey: string | null; subject: string | null },
    readonly origin: Origin,
  ) {
    super();
  }
}

/** One task a mail. */
export const taskIdFor = (messageId: string): string =>
  createHash('sha256').update(`task ${messageId}`).digest('hex').slice(0, 32);

export type Task = { status: 'absent' } | { status: 'created' };
export const task: Decider<Task, TaskEvent> = { initial: { status: 'absent' }, evolve: () => ({ status: 'created' }) };
const contactOfAddress: Decider<{ contactId: string | null }, AddressEvent> = {
  initial: { contactId: null },
  evolve: (_, { data }) => ({ contactId: data.contactId }),
};

export const createTask = (state: Task, data: TaskEvent['data']): TaskEvent[] =>
  state.status === 'absent' ? [{ type: 'TaskCreated', data }] : [];

@CommandHandler(CreateTask)
export class CreateTaskHandler implements ICommandHandler<CreateTask> {
  constructor(private readonly decide: Decide) {}

  async execute({ mail, origin }: CreateTask): Promise<{ taskId: string }> {
    const { messageId, accountId, senderKey, subject } = mail;
    const taskId = taskIdFor(messageId);
    const contactId =
      senderKey === null ? null : (await this.decide.load(addressStream(senderKey), contactOfAddress)).state.contactId;
    await this.decide.on(
      taskStream(taskId),
      task,
      origin,
      (state) => createTask(state, { taskId, messageId, accountId, contactId, title: subject }),
      {
        assumeNew: true,
      },
    );
    reached('task.created');
    return { taskId };
  }
}
