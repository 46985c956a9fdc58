import { Injectable } from '@nestjs/common';
import { Decide } from '../platform/commands/decide.js';
import { Vault } from '../platform/secrets/vault.js';
import { accountSecrets, accountStream, passwordName, tokensName } from './account.events.js';
import { account, secretInForce } from './account.fold.js';

const ALL = accountSecrets('');

/** Settles or erases secrets that a process stored before it died, by the facts of their accounts. */
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
    const { state } = await this.decide.load(accountStream(accountId), account);
    const names = { password: passwordName(accountId), tokens: tokensName(accountId) };
    const [mine, other] =
      name === names.password ? (['password', 'tokens'] as const) : (['tokens', 'password'] as const);
    if (state.status !== 'open' || secretInForce(state) !== mine || state.newest[mine] !== version)
      return this.vault.erase(name, version);
    await this.vault.eraseUpTo(names[other], state.newest[other]);
    return this.vault.settle(name, version);
  }
}
