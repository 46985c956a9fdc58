import { Body, Controller, Param, Patch } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsNotEmpty, IsObject, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { Asked, type Caller } from '../platform/auth/caller.js';
import type { Origin } from '../platform/commands/decide.js';
import { MayBeLeftOut, OneLine, Tidied } from '../platform/http/input.js';
import { tidyAddress } from '../mail/reading/normal-address.js';
import type { Configuration } from './account.events.js';
import { AutoresponderBody, toAutoresponder } from './autoresponder-body.js';
import { ADDRESS, ServerBody, SettingsBody, toLimits } from './account-settings.js';
import { SettingChanges, SettingsAnswer } from './setting-changes.js';
import { changeSettings } from './settings.decider.js';
import { requireMailModule } from '../access/mail-scope.js';

export class ChangeSettingsBody extends SettingsBody {
  /** New mail address of the account; unique among all accounts. */
  @MayBeLeftOut()
  @Tidied(tidyAddress)
  @IsString()
  @MaxLength(254)
  @Matches(ADDRESS, { message: 'must be a mail address' })
  address?: string;

  /** New login name at both servers; requires `password`. */
  @MayBeLeftOut()
  @IsString()
  @IsNotEmpty()
  @MaxLength(254)
  @OneLine()
  login?: string;

  /** New IMAP server. Another host, another port or weaker security requires `password`. */
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => ServerBody)
  incoming?: ServerBody;

  /** New SMTP server. Another host, another port or weaker security requires `password`. */
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => ServerBody)
  outgoing?: ServerBody;

  /** New absence reply, as a whole. */
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => AutoresponderBody)
  autoresponder?: AutoresponderBody;

  /** New password of the mailbox. */
  @MayBeLeftOut()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  @OneLine()
  password?: string;
}

export class ChangeSettings extends Command<SettingsAnswer> {
  constructor(
    readonly accountId: string,
    readonly set: Partial<Configuration>,
    readonly password: string | undefined,
    readonly origin: Origin,
  ) {
    super();
  }

  static asked(
    accountId: string,
    { password, incoming, outgoing, limits, autoresponder, ...rest }: ChangeSettingsBody,
    origin: Origin,
    path = 'autoresponder.',
  ): ChangeSettings {
    const objects = {
      ...(incoming && { incoming: { ...incoming } }),
      ...(outgoing && { outgoing: { ...outgoing } }),
      ...(limits && { limits: toLimits(limits) }),
      ...(autoresponder && { autoresponder: toAutoresponder(autoresponder, path) }),
    };
    return new ChangeSettings(accountId, { ...rest, ...objects }, password, origin);
  }
}

@CommandHandler(ChangeSettings)
export class ChangeSettingsHandler implements ICommandHandler<ChangeSettings> {
  constructor(private readonly changes: SettingChanges) {}

  async execute({ accountId, set, password, origin }: ChangeSettings): Promise<SettingsAnswer> {
    const before = await this.changes.open(accountId, origin);
    return this.changes.make(
      accountId,
      before,
      { set, password, checkFolders: true },
      (state, passwordVersion) => changeSettings(state, origin.actor, accountId, set, passwordVersion),
      origin,
    );
  }
}

@Controller('api/accounts')
export class ChangeSettingsEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Patch(':id')
  @ApiOperation({
    summary: 'Changes the given settings of an account. Each setting that differs makes one entry in the history.',
  })
  @ApiOkResponse({ type: SettingsAnswer })
  change(@Param('id') id: string, @Body() body: ChangeSettingsBody, @Asked() caller: Caller): Promise<SettingsAnswer> {
    requireMailModule(caller);
    return this.commands.execute(ChangeSettings.asked(id, body, caller.origin));
  }
}
