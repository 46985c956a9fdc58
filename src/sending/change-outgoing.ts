import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Access } from '../access/access.js';
import { mailOf } from '../access/mail-scope.js';
import { type MessageEvent, messageStream } from '../messages/message.events.js';
import { type Message, message } from '../messages/message.fold.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Decided } from '../platform/commands/decide.js';
import { Hidden, Refused } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { RecipientsBody } from './outgoing-body.js';
import { QueueAgain } from './queue-again.js';
import { cancel, confirm, resolve, sentIn } from './sending.decider.js';

class ResolveBody extends RecipientsBody {
  /**
   * `arrived`: the message counts as sent. `send-again`: the same bytes go to all recipients that are not accepted yet,
   * or, with `to`, `cc` or `bcc`, a new message goes to these.
   */
  @IsIn(['arrived', 'send-again'])
  outcome!: 'arrived' | 'send-again';
}

type Change = 'cancel' | 'confirm' | 'arrived' | 'send-again';

/** Changes a message that waits in the outbox, or has an unknown outcome. */
class ChangeOutgoing extends Command<Decided<Message>> {
  constructor(
    readonly messageId: string,
    readonly change: Change,
    readonly caller: Caller,
  ) {
    super();
  }
}

function changed(sent: NonNullable<ReturnType<typeof sentIn>>, change: Change): MessageEvent[] {
  if (change === 'cancel') return cancel(sent, 'person');
  return change === 'confirm' ? confirm(sent) : resolve(sent, change);
}

@CommandHandler(ChangeOutgoing)
export class ChangeOutgoingHandler implements ICommandHandler<ChangeOutgoing> {
  constructor(
    private readonly decide: Decide,
    private readonly access: Access,
  ) {}

  /** @throws Refused 404 `message-not-found`; 409 if the state of the message does not allow the change */
  async execute({ messageId, change, caller }: ChangeOutgoing): Promise<Decided<Message>> {
    const readable = mailOf(caller);
    const { state } = await this.decide.load(messageStream(messageId), message);
    const sent = sentIn(state, messageId);
    if (sent === null) throw new Refused('message-not-found', 'not-found');
    if ((await this.access.readable(readable, [sent.accountId])).length === 0)
      throw new Hidden('message-not-found', sent.accountId);
    return this.decide.on<Message, MessageEvent>(messageStream(messageId), message, caller.origin, (now) => {
      const found = sentIn(now, messageId);
      if (found === null) throw new Refused('message-not-found', 'not-found');
      return changed(found, change);
    });
  }
}

@ApiTags('mail')
@Controller('api/outbox')
export class ChangeOutboxEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':id')
  @ApiOperation({ summary: 'Cancels a message that no mail server can have taken yet.' })
  @ApiOkResponse({ type: CommandAnswer })
  cancel(@Param('id') id: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.change(id, 'cancel', caller);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets a message leave now that waits for its time, or missed it by more than an hour.' })
  @ApiOkResponse({ type: CommandAnswer })
  confirm(@Param('id') id: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.change(id, 'confirm', caller);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Decides about a message that is refused, deferred, or without a reply of the mail server.',
    description: 'With corrected recipients, `id` in the answer is that of the new message.',
  })
  @ApiOkResponse({ type: CommandAnswer })
  async resolve(@Param('id') id: string, @Body() body: ResolveBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    const { outcome, to, cc, bcc } = body;
    if (to || cc || bcc) return this.commands.execute(new QueueAgain(id, { to, cc, bcc }, caller));
    return this.change(id, outcome, caller);
  }

  private async change(id: string, change: Change, caller: Caller): Promise<CommandAnswer> {
    return answer(await this.commands.execute(new ChangeOutgoing(id, change, caller)), id);
  }
}
