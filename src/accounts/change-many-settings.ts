import { Body, Controller, Patch } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';
import pLimit from 'p-limit';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Refused } from '../platform/domain.js';
import { laterOf } from '../platform/http/answers.js';
import { START } from '../platform/log/event-store.js';
import { ChangeSettings, ChangeSettingsBody } from './change-settings.js';
import { SettingsAnswer } from './setting-changes.js';
import { requireMailModule } from '../access/mail-scope.js';

export class ChangeManySettingsBody {
  /** of accounts */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  ids!: string[];

  /** the same for all of them */
  @IsObject()
  @ValidateNested()
  @Type(() => ChangeSettingsBody)
  set!: ChangeSettingsBody;
}

/** Of one account: what the change of that one alone would answer, or why it was not done. */
export class ChangedOneAnswer {
  id!: string;
  done!: boolean;
  revision?: number;
  position?: string;
  login?: SettingsAnswer['login'];
  server?: 'incoming' | 'outgoing';
  /** why it was not done; of one that was done, why the login was refused */
  reason?: string;
  detail?: string;
}

export class ChangedManyAnswer {
  /** in the order asked */
  items!: ChangedOneAnswer[];
  /** of the last change */
  position!: string;
}

/** Accounts whose mail servers are waited for at a time. */
const SIDE_BY_SIDE = 8;

@Controller('api/accounts')
export class ChangeManySettingsEndpoint {
  constructor(private readonly commands: CommandBus) {}

  /** The same change to many accounts, each by itself: one that is refused stops no other. */
  @Patch()
  @ApiOkResponse({ type: ChangedManyAnswer })
  async change(@Body() { ids, set }: ChangeManySettingsBody, @Asked() caller: Caller): Promise<ChangedManyAnswer> {
    requireMailModule(caller);
    const limit = pLimit(SIDE_BY_SIDE);
    const items = await Promise.all([...new Set(ids)].map((id) => limit(() => this.one(id, set, caller))));
    return { items, position: items.reduce((last, { position = START }) => laterOf(last, position), START) };
  }

  private async one(id: string, set: ChangeSettingsBody, { origin }: Caller): Promise<ChangedOneAnswer> {
    try {
      return { ...(await this.commands.execute(ChangeSettings.asked(id, set, origin))), id, done: true };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { reason, detail, extra } = error;
      return { id, done: false, reason, ...(detail === undefined ? {} : { detail }), ...serverIn(extra) };
    }
  }
}

const serverIn = ({ server }: Record<string, unknown>): Pick<ChangedOneAnswer, 'server'> =>
  server === 'incoming' || server === 'outgoing' ? { server } : {};
