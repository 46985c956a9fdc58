import { Body, Controller, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNotFoundResponse, ApiOperation } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { messageStream } from '../messages/message.events.js';
import { message, type Message } from '../messages/message.fold.js';
import { Access } from '../access/access.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { NotBlank, OneLine } from '../platform/http/input.js';
import { BadInput } from '../platform/http/problems.js';
import { Assignees } from './assignees.js';
import { contactOfSender, requireContact } from './contact-of-task.js';
import { addTask } from './task.decider.js';
import { task } from './task.fold.js';
import { taskIdFor, taskStream } from './task.events.js';
import { mailOf } from '../access/mail-scope.js';

class AddTaskBody {
  /** Title of the task, on one line. */
  @IsString()
  @MinLength(1)
  @MaxLength(1000)
  @OneLine()
  @NotBlank()
  title!: string;

  /**
   * Id of the account that the task belongs to. Required unless `messageId` is given; then default: the message’s
   * account.
   */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  accountId?: string | null;

  /** Id of the message that the task is about; a message has one task at most. Default null: none. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  messageId?: string | null;

  /** Id of the contact that the task is about; null: none. Default: the contact of the message’s sender. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  contactId?: string | null;

  /** Id of the user to assign the task to; the user needs access to the account. Default null: nobody. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  assignee?: string | null;
}

class AddTask extends Command<CommandAnswer> {
  constructor(
    readonly asked: AddTaskBody,
    readonly mail: 'all' | readonly string[],
    readonly origin: Origin,
  ) {
    super();
  }
}

type Mail = Extract<Message, { status: 'on-record' }>;

@CommandHandler(AddTask)
export class AddTaskHandler implements ICommandHandler<AddTask> {
  constructor(
    private readonly decide: Decide,
    private readonly access: Access,
    private readonly assignees: Assignees,
  ) {}

  async execute({ asked, mail, origin }: AddTask): Promise<CommandAnswer> {
    const messageId = asked.messageId ?? null;
    const about = messageId === null ? null : await this.mail(messageId, mail);
    const accountId = await this.account(asked.accountId ?? about?.accountId ?? null, mail, about);
    if (asked.contactId) await requireContact(this.decide, asked.contactId);
    const sender = asked.contactId === undefined && about ? await contactOfSender(this.decide, about.senderKey) : null;
    const assignee = asked.assignee ?? null;
    if (assignee !== null) await this.assignees.require(assignee, accountId);
    const taskId = messageId === null ? origin.commandId : taskIdFor(messageId);
    const made = {
      taskId,
      messageId,
      accountId,
      contactId: asked.contactId ?? sender,
      title: asked.title.trim(),
      assignee,
    };
    const decided = await this.decide.on(taskStream(taskId), task, origin, (state) => addTask(state, made));
    return answer(decided, taskId);
  }

  private async mail(messageId: string, mail: 'all' | readonly string[]): Promise<Mail> {
    const { state } = await this.decide.load(messageStream(messageId), message);
    if (state.status !== 'on-record' || !(await this.access.isOpen(mail, state.accountId)))
      throw new Refused('message-not-found', 'not-found');
    return state;
  }

  private async account(
    accountId: string | null,
    mail: 'all' | readonly string[],
    about: Mail | null,
  ): Promise<string> {
    if (accountId === null) throw new BadInput([{ field: 'accountId', message: 'is required without messageId' }]);
    if (about && about.accountId !== accountId)
      throw new BadInput([{ field: 'accountId', message: 'must be the account of the message' }]);
    if (!(await this.access.isOpen(mail, accountId))) throw new Refused('account-not-found', 'not-found');
    return accountId;
  }
}

@Controller('api/tasks')
export class AddTaskEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @ApiCreatedResponse({ type: CommandAnswer })
  @ApiNotFoundResponse({
    description: 'Not Found: the account, the message or the contact does not exist or is hidden from the caller.',
  })
  @ApiOperation({ summary: 'Makes a task by hand. For users with access to its account.' })
  add(@Body() body: AddTaskBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.commands.execute(new AddTask(body, mailOf(caller), caller.origin));
  }
}
