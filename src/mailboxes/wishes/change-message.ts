import { Body, Controller, Delete, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import { accountStream } from '../../accounts/account.events.js';
import { account } from '../../accounts/account.fold.js';
import { DestroyMessages } from '../../messages/destroy-messages.js';
import { mailOf } from '../../access/mail-scope.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { Decide } from '../../platform/commands/decide.js';
import { isAdministrator, Refused } from '../../platform/domain.js';
import { answer, CommandAnswer, laterOf } from '../../platform/http/answers.js';
import { MayBeLeftOut, QueryBoolean } from '../../platform/http/input.js';
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

class DeleteMessageParameters {
  /** True to destroy the message and its bytes for good. Default false. */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  forever?: boolean;
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
    private readonly decide: Decide,
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
  @ApiOperation({
    summary: 'Puts a message into the trash, for 30 days; with `forever=true` destroys it.',
    description: 'The owner of the account and administrators destroy messages. Tasks about the message stay.',
  })
  @ApiOkResponse({ type: CommandAnswer })
  async delete(
    @Param('id') id: string,
    @Query() { forever }: DeleteMessageParameters,
    @Asked() caller: Caller,
  ): Promise<CommandAnswer> {
    const accountId = await this.accountOf(id, caller);
    if (forever) await this.mayDestroy(accountId, caller);
    const deleted = await this.commands.execute(new ChangeMessages(accountId, [id], { deleted: true }, caller));
    if (!forever) return answer(deleted, id);
    const { position } = await this.commands.execute(new DestroyMessages(accountId, [id], 'for-good', caller.origin));
    return answer({ ...deleted, position: laterOf(position, deleted.position) }, id);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @ApiOperation({ summary: 'Takes a message back from the trash.' })
  @ApiOkResponse({ type: CommandAnswer })
  restore(@Param('id') id: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.one(id, { deleted: false }, caller);
  }

  private async one(id: string, set: MessageChange, caller: Caller): Promise<CommandAnswer> {
    const accountId = await this.accountOf(id, caller);
    return answer(await this.commands.execute(new ChangeMessages(accountId, [id], set, caller)), id);
  }

  private async accountOf(id: string, caller: Caller): Promise<string> {
    const [found] = await this.known.byAccount([id], mailOf(caller));
    if (!found) throw new Refused('message-not-found', 'not-found');
    return found[0];
  }

  private async mayDestroy(accountId: string, { actor }: Caller): Promise<void> {
    const { state } = await this.decide.load(accountStream(accountId), account);
    if (isAdministrator(actor) || (state.status === 'open' && state.owner === actor.id)) return;
    throw new Refused(
      'only-its-owner-or-an-administrator-destroys-messages',
      'forbidden',
      'The message is destroyed after 30 days in the trash. Ask the owner of the account to destroy it now.',
    );
  }
}
