import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, Matches, ValidateNested } from 'class-validator';
import { ListedMail } from '../../access/listed-mail.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { ChangeMessageBody, requireChange } from './change-message.js';
import { ChangeMessages } from './change-messages.js';

class ChangeMatchingMessagesBody {
  /** Filters of the list of messages, as in its query: `box`, `folder`, `q`, `unread`, `from`, `since`, `until`. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { box: 'received', unread: true } })
  @IsObject()
  match!: Record<string, unknown>;

  /** `X-Position` of the list that the person saw: messages recorded later are left alone. */
  @Matches(/^\d{20}$/, { message: 'must be the X-Position of a list' })
  upTo!: string;

  /** Changes, the same for all messages. */
  @IsObject()
  @ValidateNested()
  @Type(() => ChangeMessageBody)
  set!: ChangeMessageBody;
}

class ChangedMatchingAnswer {
  /** Number of the messages that match. */
  count!: number;
  /** Position of the change, for `X-Wait-For`. */
  position!: string;
}

@ApiTags('mail')
@Controller('api/accounts')
export class ChangeMatchingMessagesEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly listed: ListedMail,
  ) {}

  @Post(':id/change')
  @HttpCode(200)
  @ApiOperation({ summary: 'Makes the same change to all messages of the account that match the filters of a list.' })
  @ApiOkResponse({ type: ChangedMatchingAnswer })
  async change(
    @Param('id') accountId: string,
    @Body() { match, upTo, set }: ChangeMatchingMessagesBody,
    @Asked() caller: Caller,
  ): Promise<ChangedMatchingAnswer> {
    requireChange(set, 'set');
    const ids = await this.listed.ids(caller, accountId, match, upTo);
    const { position } = await this.commands.execute(new ChangeMessages(accountId, ids, set, caller));
    return { count: ids.length, position };
  }
}
