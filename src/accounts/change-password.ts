import { Body, Controller, Param, Put } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { answer } from '../platform/http/answers.js';
import { reached } from '../platform/steps.js';
import { OneLine } from '../platform/http/input.js';
import { Vault } from '../platform/secrets/vault.js';
import { account, type OpenAccount } from './account.fold.js';
import { changePassword, mayChangePassword } from './account.decider.js';
import { accountStream, passwordName, tokensName } from './account.events.js';
import { LoginTrial, TriedAnswer } from './login-trial.js';
import { requireMailModule } from '../access/mail-scope.js';

class ChangePasswordBody {
  /** New password of the mailbox. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  @OneLine()
  password!: string;
}

class ChangePassword extends Command<TriedAnswer> {
  constructor(
    readonly accountId: string,
    readonly password: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(ChangePassword)
export class ChangePasswordHandler implements ICommandHandler<ChangePassword> {
  constructor(
    private readonly decide: Decide,
    private readonly vault: Vault,
    private readonly trial: LoginTrial,
  ) {}

  async execute({ accountId, password, origin }: ChangePassword): Promise<TriedAnswer> {
    const stream = accountStream(accountId);
    mayChangePassword((await this.decide.load(stream, account)).state, origin.actor);
    const name = passwordName(accountId);
    const version = await this.vault.keep(name, password);
    reached('password.kept');
    let replaced: number | null = null;
    const decided = await this.decide
      .on(
        stream,
        account,
        origin,
        (state) => {
          replaced = mayChangePassword(state, origin.actor).signIn.tokens;
          return changePassword(state, origin.actor, accountId, version);
        },
        { ifMatch: origin.ifMatch },
      )
      .catch(async (error: unknown) => {
        await this.vault.undo(name, version, error);
        throw error;
      });
    reached('password.recorded');
    if (replaced !== null) await this.vault.eraseUpTo(tokensName(accountId), replaced);
    await this.vault.settle(name, version);
    return this.trial.try(accountId, decided.state as OpenAccount, password, answer(decided), origin);
  }
}

@Controller('api/accounts')
export class ChangePasswordEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Put(':id/password')
  @ApiOperation({ summary: 'Stores a new password of the mailbox and tries it at once.' })
  @ApiOkResponse({ type: TriedAnswer })
  change(@Param('id') id: string, @Body() body: ChangePasswordBody, @Asked() caller: Caller): Promise<TriedAnswer> {
    requireMailModule(caller);
    return this.commands.execute(new ChangePassword(id, body.password, caller.origin));
  }
}
