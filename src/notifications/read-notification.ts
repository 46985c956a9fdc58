import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Access } from '../access/access.js';
import { mailOf, notifiedPerson } from '../access/mail-scope.js';
import { messageStream } from '../messages/message.events.js';
import { message } from '../messages/message.fold.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { readOne } from './notification.decider.js';
import { notificationsStream, subjectOf } from './notification.events.js';
import { readNotifications } from './notification.fold.js';

class ReadNotification extends Command<CommandAnswer> {
  constructor(
    readonly caller: Caller,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(ReadNotification)
export class ReadNotificationHandler implements ICommandHandler<ReadNotification> {
  constructor(
    private readonly decide: Decide,
    private readonly access: Access,
  ) {}

  async execute({ caller, id }: ReadNotification): Promise<CommandAnswer> {
    const userId = notifiedPerson(caller);
    if (!(await this.belongsTo(caller, id))) throw new Refused('notification-not-found', 'not-found');
    const decided = await this.decide.on(notificationsStream(userId), readNotifications, caller.origin, (state) =>
      readOne(state, userId, id),
    );
    return answer(decided, id);
  }

  /** Mail notifies the people with access of their own, a refused change its author, sending the sender. */
  private async belongsTo(caller: Caller, id: string): Promise<boolean> {
    const subject = subjectOf(id);
    if (subject === undefined) return false;
    if (subject.of === 'account')
      return subject.personal
        ? this.access.isOpen(mailOf(caller), subject.accountId)
        : caller.accounts.has(subject.accountId);
    const { state } = await this.decide.load(messageStream(subject.messageId), message);
    if (state.status !== 'on-record') return false;
    if (subject.of === 'sending') return state.sending?.request.userId === notifiedPerson(caller);
    return caller.accounts.has(state.accountId);
  }
}

@Controller('api/notifications')
export class ReadNotificationEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/read')
  @HttpCode(200)
  @ApiOkResponse({ type: CommandAnswer })
  @ApiNotFoundResponse({ description: 'Not Found: the caller has no such notification.' })
  @ApiOperation({ summary: 'Marks one notification of the caller as read.' })
  readOne(@Param('id') id: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.commands.execute(new ReadNotification(caller, id));
  }
}
