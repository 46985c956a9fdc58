import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { CommandAnswer } from '../platform/http/answers.js';
import { reached } from '../platform/steps.js';
import { TakenBackMessages } from '../sending/taken-back.js';
import { ReopenMessage } from './reopen-message.js';

/** Takes a message back that has not left, and makes it a draft again. */
class EditMessage extends Command<CommandAnswer> {
  constructor(
    readonly messageId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(EditMessage)
export class EditMessageHandler implements ICommandHandler<EditMessage> {
  constructor(
    private readonly commands: CommandBus,
    private readonly messages: TakenBackMessages,
  ) {}

  /**
   * The fact of the cancellation comes first: a saga completes a request that was killed after it.
   * @throws Refused as `TakenBackMessages`; 409 `draft-ended` once the draft was sent or discarded
   */
  async execute({ messageId, caller }: EditMessage): Promise<CommandAnswer> {
    const message = await this.messages.cancel(messageId, caller);
    reached('edit.cancelled');
    return this.commands.execute(new ReopenMessage(message, caller));
  }
}

@ApiTags('mail')
@Controller('api/outbox')
export class EditMessageEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/edit')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Takes a message back that no mail server can have taken yet, and makes it a draft to edit.',
    description:
      '`id` in the answer is that of the draft. It has the recipients, the subject, the words and the files of the ' +
      'author; sending it adds header, signature and quotation again. A repeated request answers with the same draft.',
  })
  @ApiOkResponse({ type: CommandAnswer })
  edit(@Param('id') id: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.commands.execute(new EditMessage(id, caller));
  }
}
