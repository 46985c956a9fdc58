import { Body, Controller, Param, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { AutoresponderBody, toAutoresponder } from './autoresponder-body.js';
import { ChangeSettings } from './change-settings.js';
import { SettingsAnswer } from './setting-changes.js';
import { requireMailModule } from '../access/mail-scope.js';

@Controller('api/accounts')
export class SetAutoresponderEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Put(':id/autoresponder')
  @ApiOperation({
    summary: 'Replaces the absence reply of an account as a whole. Days stay days: an answer can be saved again.',
  })
  @ApiOkResponse({ type: SettingsAnswer })
  set(@Param('id') id: string, @Body() body: AutoresponderBody, @Asked() caller: Caller): Promise<SettingsAnswer> {
    requireMailModule(caller);
    const autoresponder = toAutoresponder(body);
    return this.commands.execute(new ChangeSettings(id, { autoresponder }, undefined, caller.origin));
  }
}
