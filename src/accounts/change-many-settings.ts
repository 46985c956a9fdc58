import { Body, Controller, Patch } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
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

class ChangeManySettingsBody {
  /** Ids of the accounts to change, at most 200; duplicates count once. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  ids!: string[];

  /** Settings to change, the same for all accounts. */
  @IsObject()
  @ValidateNested()
  @Type(() => ChangeSettingsBody)
  set!: ChangeSettingsBody;
}

/** Result for one account: the answer of a single change, or the reason of its refusal. */
class ChangedOneAnswer {
  /** Id of the account. */
  id!: string;
  /** True if the change is recorded for this account. */
  done!: boolean;
  /** Revision of the account after the change; absent when the change was refused. */
  revision?: number;
  /** Position of the change, for `X-Wait-For`; absent when the change was refused. */
  position?: string;
  /** Result of the login at the mail servers; absent when the change needed no login. */
  login?: SettingsAnswer['login'];
  /** Server that refused the login; absent when no server did. */
  server?: 'incoming' | 'outgoing';
  /** Reason of the refused change; if `done`, reason of the refused login. */
  reason?: string;
  /** Explanation of the refused change, for people. */
  detail?: string;
}

class ChangedManyAnswer {
  /** One result for each account, in the order of `ids`. */
  items!: ChangedOneAnswer[];
  /** Position of the last change, for `X-Wait-For`. */
  position!: string;
}

/** Maximum number of accounts in progress: each waits for its mail servers. */
const SIDE_BY_SIDE = 8;

@Controller('api/accounts')
export class ChangeManySettingsEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Patch()
  @ApiOperation({ summary: 'Makes the same change to many accounts. A refused account does not stop the others.' })
  @ApiOkResponse({ type: ChangedManyAnswer })
  async change(@Body() { ids, set }: ChangeManySettingsBody, @Asked() caller: Caller): Promise<ChangedManyAnswer> {
    requireMailModule(caller);
    const limit = pLimit(SIDE_BY_SIDE);
    const items = await Promise.all([...new Set(ids)].map((id) => limit(() => this.one(id, set, caller))));
    return { items, position: items.reduce((last, { position = START }) => laterOf(last, position), START) };
  }

  private async one(id: string, set: ChangeSettingsBody, { origin }: Caller): Promise<ChangedOneAnswer> {
    try {
      return {
        ...(await this.commands.execute(ChangeSettings.asked(id, set, origin, 'set.autoresponder.'))),
        id,
        done: true,
      };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { reason, detail, extra } = error;
      return { id, done: false, reason, ...(detail === undefined ? {} : { detail }), ...serverIn(extra) };
    }
  }
}

const serverIn = ({ server }: Record<string, unknown>): Pick<ChangedOneAnswer, 'server'> =>
  server === 'incoming' || server === 'outgoing' ? { server } : {};
