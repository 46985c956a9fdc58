import { Controller, Delete } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { Asked, type Caller, requireAdministrator } from '../../platform/auth/caller.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { answer, CommandAnswer } from '../../platform/http/answers.js';
import { releaseOutbox } from './hold.decider.js';
import { outboxStream } from './hold.events.js';
import { hold } from './hold.fold.js';

class ReleaseOutbox extends Command<CommandAnswer> {
  constructor(readonly origin: Origin) {
    super();
  }
}

@CommandHandler(ReleaseOutbox)
export class ReleaseOutboxHandler implements ICommandHandler<ReleaseOutbox> {
  constructor(private readonly decide: Decide) {}

  async execute({ origin }: ReleaseOutbox): Promise<CommandAnswer> {
    return answer(await this.decide.on(outboxStream, hold, origin, releaseOutbox, { ifMatch: origin.ifMatch }));
  }
}

@Controller('api/outbox')
export class ReleaseOutboxEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Delete('hold')
  @ApiOperation({
    summary:
      'Lets mail leave that a copied or restored instance holds back. Cancel first the mail that has already arrived. For administrators.',
  })
  release(@Asked() caller: Caller): Promise<CommandAnswer> {
    requireAdministrator(caller);
    return this.commands.execute(new ReleaseOutbox(caller.origin));
  }
}
