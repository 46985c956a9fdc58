import { Body, Controller, Param, Patch } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { Access } from '../access/access.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { MayBeLeftOut, NotBlank, OneLine } from '../platform/http/input.js';
import { Assignees } from './assignees.js';
import { requireContact } from './contact-of-task.js';
import { changeTask, known } from './task.decider.js';
import { task } from './task.fold.js';
import { taskStream } from './task.events.js';
import { mailOf, within } from '../access/mail-scope.js';

class ChangeTaskBody {
  /** New title of the task, on one line. */
  @MayBeLeftOut()
  @IsString()
  @MinLength(1)
  @MaxLength(1000)
  @OneLine()
  @NotBlank()
  title?: string;

  /** New state of the task. */
  @MayBeLeftOut()
  @IsIn(['open', 'done'])
  state?: 'open' | 'done';

  /** Id of the user to assign the task to; the user needs access to the account. Null: nobody. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  assignee?: string | null;

  /** Id of the contact that the task is about; null: none. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  contactId?: string | null;
}

class ChangeTask extends Command<CommandAnswer> {
  constructor(
    readonly taskId: string,
    readonly change: ChangeTaskBody,
    readonly mail: 'all' | readonly string[],
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(ChangeTask)
export class ChangeTaskHandler implements ICommandHandler<ChangeTask> {
  constructor(
    private readonly decide: Decide,
    private readonly access: Access,
    private readonly assignees: Assignees,
  ) {}

  async execute({ taskId, change, mail, origin }: ChangeTask): Promise<CommandAnswer> {
    const mayUse = (accountId: string): boolean => within(mail, accountId);
    const before = known((await this.decide.load(taskStream(taskId), task)).state, mayUse);
    if (!(await this.access.isOpen(mail, before.accountId))) throw new Refused('task-not-found', 'not-found');
    const { assignee, contactId } = change;
    if (assignee && assignee !== before.assignee) await this.assignees.require(assignee, before.accountId);
    if (contactId && contactId !== before.contactId) await requireContact(this.decide, contactId);
    const trimmed = { ...change, title: change.title?.trim() };
    const decided = await this.decide.on(
      taskStream(taskId),
      task,
      origin,
      (state) => changeTask(state, taskId, trimmed, mayUse),
      {
        ifMatch: origin.ifMatch,
      },
    );
    return answer(decided, taskId);
  }
}

@Controller('api/tasks')
export class ChangeTaskEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Patch(':id')
  @ApiOperation({ summary: 'Changes, assigns, completes or reopens a task. For users with access to its account.' })
  change(@Param('id') id: string, @Body() body: ChangeTaskBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.commands.execute(new ChangeTask(id, body, mailOf(caller), caller.origin));
  }
}
