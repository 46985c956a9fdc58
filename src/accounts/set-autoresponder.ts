import { Body, Controller, Param, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { beginning, end, IsDayOrTime } from '../platform/http/day-or-time.js';
import { BadInput, type FieldError } from '../platform/http/problems.js';
import { OneLine } from '../platform/http/input.js';
import type { Autoresponder } from './account.events.js';
import { CleanHtml } from './account-settings.js';
import { ChangeSettings } from './change-settings.js';
import { SettingsAnswer } from './setting-changes.js';
import { requireMailModule } from '../access/mail-scope.js';

class AutoresponderBody {
  /** True to switch the absence reply on. */
  @IsBoolean()
  enabled!: boolean;

  /** Start: a time with its zone, or a day (UTC) from its beginning. Default null: at once. */
  @IsOptional()
  @IsDayOrTime()
  from?: string | null;

  /** End: a time with its zone, or a day (UTC) up to its end. Default null: until the reply is switched off. */
  @IsOptional()
  @IsDayOrTime()
  until?: string | null;

  /** Subject of the reply; required if `enabled`. Default null. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @OneLine()
  subject?: string | null;

  /** Body of the reply as HTML; scripts are removed. Default null: plain text only. */
  @IsOptional()
  @CleanHtml()
  @IsString()
  @MaxLength(100_000)
  html?: string | null;

  /** Body of the reply as plain text; required if `enabled`. Default null. */
  @IsOptional()
  @IsString()
  @MaxLength(50_000)
  text?: string | null;
}

/** @throws BadInput for an absence that ends before its start, or an empty reply */
function toAutoresponder({
  enabled,
  from = null,
  until = null,
  subject = null,
  html = null,
  text = null,
}: AutoresponderBody): Autoresponder {
  const begins = from === null ? null : beginning(from).toISOString();
  const ends = until === null ? null : end(until).toISOString();
  const errors: FieldError[] = [
    ...(begins !== null && ends !== null && ends <= begins
      ? [{ field: 'until', message: 'must come after from' }]
      : []),
    ...(enabled && !subject?.trim() ? [{ field: 'subject', message: 'must not be empty' }] : []),
    ...(enabled && !text?.trim() ? [{ field: 'text', message: 'must not be empty' }] : []),
  ];
  if (errors.length > 0) throw new BadInput(errors);
  return { enabled, from: begins, until: ends, subject, html, text };
}

@Controller('api/accounts')
export class SetAutoresponderEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Put(':id/autoresponder')
  @ApiOperation({ summary: 'Replaces the absence reply of an account as a whole.' })
  @ApiOkResponse({ type: SettingsAnswer })
  set(@Param('id') id: string, @Body() body: AutoresponderBody, @Asked() caller: Caller): Promise<SettingsAnswer> {
    requireMailModule(caller);
    const autoresponder = toAutoresponder(body);
    return this.commands.execute(new ChangeSettings(id, { autoresponder }, undefined, caller.origin));
  }
}
