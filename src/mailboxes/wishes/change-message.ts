import { Body, Controller, Delete, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsString, MaxLength } from 'class-validator';
import { mailOf } from '../../access/mail-scope.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { Refused } from '../../platform/domain.js';
import { answer, CommandAnswer } from '../../platform/http/answers.js';
import { MayBeLeftOut } from '../../platform/http/input.js';
import { BadInput } from '../../platform/http/problems.js';
import { ChangeMessages, type MessageChange } from './change-messages.js';
import { KnownMail } from './known-mail.js';

export class ChangeMessageBody implements MessageChange {
  /** True: read, on the mail server and by the caller too. */
  @MayBeLeftOut()
  @IsBoolean()
  seen?: boolean;

  /** True: read by the caller, false: unread by the caller. No other person and no mail server sees a change. */
  @MayBeLeftOut()
  @IsBoolean()
  seenByMe?: boolean;

  /** True: flagged, on the mail server too. */
  @MayBeLeftOut()
  @IsBoolean()
  flagged?: boolean;

  /** Id of the folder of the account into which the message moves. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(64)
  folderId?: string;

  /** True: into the trash; false: back from it. `keepServerCopies` of the account decides about the mail server. */
  @MayBeLeftOut()
  @IsBoolean()
  deleted?: boolean;
}

/** @throws BadInput for a body without a change */
export function requireChange(set: ChangeMessageBody, field: string): void {
  if (Object.values(set).every((value) => value === undefined))
    throw new BadInput([{ field, message: 'holds no change' }]);
}

@ApiTags('mail')
@Controller('api/messages')
export class ChangeMessageEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly known: KnownMail,
  ) {}

  @Patch(':id')
  @ApiOperation({
    summary: 'Marks, moves, deletes or restores a message: at once here, on the mail server soon after.',
  })
  @ApiOkResponse({ type: CommandAnswer })
  change(@Param('id') id: string, @Body() set: ChangeMessageBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    requireChange(set, 'body');
    return this.one(id, set, caller);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Puts a message into the trash, for 30 days.' })
  @ApiOkResponse({ type: CommandAnswer })
  delete(@Param('id') id: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.one(id, { deleted: true }, caller);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @ApiOperation({ summary: 'Takes a message back from the trash.' })
  @ApiOkResponse({ type: CommandAnswer })
  restore(@Param('id') id: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.one(id, { deleted: false }, caller);
  }

  private async one(id: string, set: MessageChange, caller: Caller): Promise<CommandAnswer> {
    const [found] = await this.known.byAccount([id], mailOf(caller));
    if (!found) throw new Refused('message-not-found', 'not-found');
    return answer(await this.commands.execute(new ChangeMessages(found[0], [id], set, caller)), id);
  }
}
