import { Body, Controller, Patch } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';
import { mailOf } from '../../access/mail-scope.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { Refused } from '../../platform/domain.js';
import { laterOf } from '../../platform/http/answers.js';
import { START } from '../../platform/log/event-store.js';
import { ChangeMessageBody, requireChange } from './change-message.js';
import { ChangeMessages } from './change-messages.js';
import { KnownMail } from './known-mail.js';

class ChangeManyMessagesBody {
  /** Ids of the messages to change, at most 500; duplicates count once. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  ids!: string[];

  /** Changes, the same for all messages. */
  @IsObject()
  @ValidateNested()
  @Type(() => ChangeMessageBody)
  set!: ChangeMessageBody;
}

/** Result for one message. */
class ChangedMessageAnswer {
  /** Id of the message. */
  id!: string;
  /** True if the change is recorded for this message. */
  done!: boolean;
  /** Reason of the refused change. */
  reason?: string;
  /** Explanation of the refused change, for people. */
  detail?: string;
}

class ChangedMessagesAnswer {
  /** One result for each message, in the order of `ids`. */
  items!: ChangedMessageAnswer[];
  /** Position of the last change, for `X-Wait-For`. */
  position!: string;
}

@ApiTags('mail')
@Controller('api/messages')
export class ChangeManyMessagesEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly known: KnownMail,
  ) {}

  @Patch()
  @ApiOperation({ summary: 'Makes the same change to many messages. A refused one does not stop the others.' })
  @ApiOkResponse({ type: ChangedMessagesAnswer })
  async change(@Body() { ids, set }: ChangeManyMessagesBody, @Asked() caller: Caller): Promise<ChangedMessagesAnswer> {
    requireChange(set, 'set');
    const outcomes = new Map<string, Omit<ChangedMessageAnswer, 'id'>>();
    let position = START;
    for (const [accountId, messageIds] of await this.known.byAccount([...new Set(ids)], mailOf(caller)))
      try {
        const decided = await this.commands.execute(new ChangeMessages(accountId, messageIds, set, caller));
        position = laterOf(position, decided.position);
        for (const id of messageIds) outcomes.set(id, { done: true });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        const { reason, detail } = error;
        for (const id of messageIds)
          outcomes.set(id, { done: false, reason, ...(detail === undefined ? {} : { detail }) });
      }
    const missing = { done: false, reason: 'message-not-found' };
    return { items: [...new Set(ids)].map((id) => ({ id, ...(outcomes.get(id) ?? missing) })), position };
  }
}
