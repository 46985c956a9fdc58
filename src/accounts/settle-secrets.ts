import { Injectable } from '@nestjs/common';
import { Decide } from '../platform/commands/decide.js';
import { Vault } from '../platform/secrets/vault.js';
import { accountSecrets, accountStream, passwordName, tokensName } from './account.events.js';
import { secretsInForce } from './secrets-in-force.decider.js';

const ALL = accountSecrets('');

/** Secrets of accounts that a process which is gone kept, and did not come to put on record, or to erase what they replace. */
@Injectable()
export class SettleSecrets {
  constructor(
    private readonly vault: Vault,
    private readonly decide: Decide,
  ) {}

  left(): Promise<void> {
    return this.vault.settleLeft(ALL, (name, version) => this.settle(name, version));
  }

  private async settle(name: string, version: number): Promise<void> {
    const accountId = name.slice(ALL.length, name.lastIndexOf('/'));
    const { state } = await this.decide.load(accountStream(accountId), secretsInForce);
    const names = { password: passwordName(accountId), tokens: tokensName(accountId) };
    const [mine, other] =
      name === names.password ? (['password', 'tokens'] as const) : (['tokens', 'password'] as const);
    if (state.inForce !== mine || state[mine] !== version) return this.vault.erase(name, version);
    await this.vault.eraseUpTo(names[other], state[other]);
    return this.vault.settle(name, version);
  }
}
