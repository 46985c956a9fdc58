import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Origin } from '../platform/commands/decide.js';
import { Vault } from '../platform/secrets/vault.js';
import { accountSecrets } from './account.events.js';

export class EraseSecrets extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(EraseSecrets)
export class EraseSecretsHandler implements ICommandHandler<EraseSecrets> {
  constructor(private readonly vault: Vault) {}

  execute({ accountId }: EraseSecrets): Promise<void> {
    return this.vault.close(accountSecrets(accountId));
  }
}
