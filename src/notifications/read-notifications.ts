import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { notifiedPerson } from '../access/mail-scope.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { end, IsDayOrTime } from '../platform/http/day-or-time.js';
import { MayBeLeftOut } from '../platform/http/input.js';
import { readUntil } from './notification.decider.js';
import { notificationsStream } from './notification.events.js';
import { readNotifications } from './notification.fold.js';

class ReadNotificationsBody {
  /** Notifications up to this time, or up to the end of this day (UTC), are read. Default: now, so all of them. */
  @MayBeLeftOut()
  @IsDayOrTime()
  until?: string;
}

class ReadNotifications extends Command<CommandAnswer> {
  constructor(
    readonly caller: Caller,
    readonly until: Date,
  ) {
    super();
  }
}

@CommandHandler(ReadNotifications)
export class ReadNotificationsHandler implements ICommandHandler<ReadNotifications> {
  constructor(private readonly decide: Decide) {}

  async execute({ caller, until }: ReadNotifications): Promise<CommandAnswer> {
    const userId = notifiedPerson(caller);
    const decided = await this.decide.on(notificationsStream(userId), readNotifications, caller.origin, (state) =>
      readUntil(state, userId, until.toISOString()),
    );
    return answer(decided);
  }
}

@Controller('api/notifications')
export class ReadNotificationsEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post('read')
  @HttpCode(200)
  @ApiOkResponse({ type: CommandAnswer })
  @ApiOperation({ summary: 'Marks the notifications of the caller up to a time as read.' })
  readAll(@Body() { until }: ReadNotificationsBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    const now = Date.now();
    const asked = until === undefined ? now : end(until).getTime();
    return this.commands.execute(new ReadNotifications(caller, new Date(Math.min(asked, now))));
  }
}
