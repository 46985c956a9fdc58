import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, Max, Min } from 'class-validator';
import { Asked, type Caller } from '../platform/auth/caller.js';
import type { Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { FactLog } from '../platform/log/fact-log.js';
import { MayBeLeftOut } from '../platform/http/input.js';
import { type Account, account, type OpenAccount } from './account.fold.js';
import { type AccountEvent, accountStream, type Setting, settingNames } from './account.events.js';
import { AddressClaims } from './address-claims.js';
import { SettingChanges, SettingsAnswer } from './setting-changes.js';
import { revertSettings, toRevert } from './settings.decider.js';
import { requireMailModule } from '../access/mail-scope.js';

/** Names that a revert never changes, and only reports as different. */
const NEVER = ['password', 'users'] as const;
type Name = Setting | (typeof NEVER)[number];
const NAMES: readonly Name[] = [...settingNames, ...NEVER];

class RevertBody {
  /** Revision of the account to go back to, as its history shows it. */
  @IsInt()
  @Min(0)
  @Max(999_999_999)
  revision!: number;

  /** Names of the settings to set back; default: all settings. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsIn(NAMES, { each: true })
  settings?: string[];
}

class RevertAnswer extends SettingsAnswer {
  /**
   * Names of settings that still differ: secrets, access, an address in use elsewhere, and servers or logins that would
   * receive the password.
   */
  left!: string[];
}

class RevertSettings extends Command<RevertAnswer> {
  constructor(
    readonly accountId: string,
    readonly revision: number,
    readonly names: readonly Name[],
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(RevertSettings)
export class RevertSettingsHandler implements ICommandHandler<RevertSettings> {
  constructor(
    private readonly changes: SettingChanges,
    private readonly claims: AddressClaims,
    private readonly log: FactLog,
  ) {}

  async execute({ accountId, revision, names, origin }: RevertSettings): Promise<RevertAnswer> {
    const before = await this.changes.open(accountId, origin);
    const then = await this.at(accountId, revision);
    const wanted = settingNames.filter((name) => names.includes(name));
    const { set, left } = toRevert(before.settings, then.settings, wanted);
    const taken = set.address !== undefined && (await this.isTaken(set.address, accountId));
    if (taken) delete set.address;
    const named = wanted.filter((name) => !(taken && name === 'address'));
    const done = await this.changes.make(
      accountId,
      before,
      { set },
      (state) => revertSettings(state, origin.actor, accountId, { revision, settings: then.settings }, named),
      origin,
    );
    const never = NEVER.filter((name) => names.includes(name) && differs[name](before, then));
    return { ...done, left: [...(taken ? ['address'] : []), ...left, ...never] };
  }

  /** @throws Refused 404 */
  private async at(accountId: string, revision: number): Promise<OpenAccount> {
    let state: Account = account.initial;
    let last = -1;
    for await (const fact of this.log.read(accountStream(accountId))) {
      if (fact.revision > revision) break;
      state = account.evolve(state, fact as unknown as AccountEvent);
      last = fact.revision;
    }
    if (last < revision || state.status !== 'open')
      throw new Refused('revision-not-found', 'not-found', 'The account has no such revision. Reload its history.');
    return state;
  }

  private async isTaken(address: string, accountId: string): Promise<boolean> {
    try {
      await this.claims.mayBeClaimed(address, accountId);
      return false;
    } catch (error) {
      if (error instanceof Refused && error.reason === 'address-taken') return true;
      throw error;
    }
  }
}

const differs: Record<(typeof NEVER)[number], (now: OpenAccount, then: OpenAccount) => boolean> = {
  password: (now, then) => now.passwordVersion !== then.passwordVersion,
  users: ({ users: now }, { users: then }) => now.size !== then.size || [...now].some((id) => !then.has(id)),
};

@Controller('api/accounts')
export class RevertSettingsEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/revert')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sets settings back to their values at a revision, as a new change by the caller.' })
  @ApiOkResponse({ type: RevertAnswer })
  revert(@Param('id') id: string, @Body() body: RevertBody, @Asked() caller: Caller): Promise<RevertAnswer> {
    requireMailModule(caller);
    const names = NAMES.filter((name) => body.settings?.includes(name) ?? true);
    return this.commands.execute(new RevertSettings(id, body.revision, names, caller.origin));
  }
}
