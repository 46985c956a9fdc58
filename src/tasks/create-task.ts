import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { messageStream } from '../messages/message.events.js';
import { message } from '../messages/message.fold.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { reached } from '../platform/steps.js';
import { contactOfSender } from './contact-of-task.js';
import { createTask } from './task.decider.js';
import { task } from './task.fold.js';
import { taskIdFor, taskStream } from './task.events.js';

export class CreateTask extends Command<{ taskId: string }> {
  constructor(
    readonly mail: { messageId: string; accountId: string; senderKey: string | null; subject: string | null },
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(CreateTask)
export class CreateTaskHandler implements ICommandHandler<CreateTask> {
  constructor(private readonly decide: Decide) {}

  async execute({ mail, origin }: CreateTask): Promise<{ taskId: string }> {
    const { messageId, accountId, senderKey, subject } = mail;
    const taskId = taskIdFor(messageId);
    // Without a subject, the message may have been destroyed before this reaction: nothing is left to do about it.
    if (subject === null && (await this.decide.load(messageStream(messageId), message)).state.status === 'erased')
      return { taskId };
    const contactId = await contactOfSender(this.decide, senderKey);
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
