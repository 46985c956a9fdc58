import { Controller, Delete, Param } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { Access } from '../access/access.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { reached } from '../platform/steps.js';
import { Vault } from '../platform/secrets/vault.js';
import { account } from './account.fold.js';
import { removeAccount } from './account.decider.js';
import { accountSecrets, accountStream } from './account.events.js';
import { requireMailModule } from '../access/mail-scope.js';

class RemoveAccount extends Command<CommandAnswer> {
  constructor(
    readonly accountId: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

/** After a crash, the saga `erase-secrets-when-account-removed` erases the secrets. */
@CommandHandler(RemoveAccount)
export class RemoveAccountHandler implements ICommandHandler<RemoveAccount> {
  constructor(
    private readonly decide: Decide,
    private readonly vault: Vault,
    private readonly access: Access,
  ) {}

  async execute({ accountId, origin }: RemoveAccount): Promise<CommandAnswer> {
    const decided = await this.decide.on(
      accountStream(accountId),
      account,
      origin,
      (state) => removeAccount(state, origin.actor, accountId),
      { ifMatch: origin.ifMatch },
    );
    reached('removal.recorded');
    await this.vault.close(accountSecrets(accountId));
    reached('removal.secrets-erased');
    await this.access.knows(decided.position);
    return answer(decided);
  }
}

@Controller('api/accounts')
export class RemoveAccountEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':id')
  @ApiOperation({
    summary:
      'Removes an account for good: its work stops, its secrets are erased, its mail is hidden, its history stays.',
  })
  async remove(@Param('id') id: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    try {
      return await this.commands.execute(new RemoveAccount(id, caller.origin));
    } catch (error) {
      // Checked last: an owner without another account must be able to repeat this command.
      if (error instanceof Refused && error.kind === 'not-found') requireMailModule(caller);
      throw error;
    }
  }
}
