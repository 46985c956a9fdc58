import { Injectable } from '@nestjs/common';
import { MailServers } from '../mail/servers/mail-servers.js';
import { OwnAddresses } from './own-addresses.js';
import { MailLogins } from './sign-in/mail-logins.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { reached } from '../platform/steps.js';
import { Vault } from '../platform/secrets/vault.js';
import {
  type AccountEvent,
  accountStream,
  type Configuration,
  needsSignIn,
  passwordName,
  tokensName,
} from './account.events.js';
import { type Account, account, isSameAddress, type OpenAccount } from './account.fold.js';
import { AddressClaims } from './address-claims.js';
import { requireFolders } from './folders-on-server.js';
import { LoginTrial, TriedAnswer } from './login-trial.js';
import { mayChangeSettings, same } from './settings.decider.js';

export class SettingsAnswer extends CommandAnswer {
  /** Result of the login at the mail servers; absent when the change needed no login. The change is recorded anyway. */
  login?: TriedAnswer['login'];
  /** Server that refused the login; absent unless `login` is `refused`. */
  server?: TriedAnswer['server'];
  /** Reason of the refusal, such as `login-refused` or `unreachable`; absent unless `login` is `refused`. */
  reason?: string;
}

interface ToChange {
  set: Partial<Configuration>;
  /** new password of the mailbox; undefined: unchanged */
  password?: string | undefined;
  /** true: named folders must exist on the server */
  checkFolders?: boolean;
}

type Rule = (state: Account, passwordVersion: number | null) => AccountEvent[];

/** Runs a change of settings: claims the address, stores the password, records the facts, and tries the login. */
@Injectable()
export class SettingChanges {
  constructor(
    private readonly decide: Decide,
    private readonly claims: AddressClaims,
    private readonly servers: MailServers,
    private readonly vault: Vault,
    private readonly ownAddresses: OwnAddresses,
    private readonly logins: MailLogins,
    private readonly trial: LoginTrial,
  ) {}

  /** The account, if the caller may change its settings. @throws Refused 403, 404, 409 */
  async open(accountId: string, origin: Origin): Promise<OpenAccount> {
    return mayChangeSettings((await this.decide.load(accountStream(accountId), account)).state, origin.actor);
  }

  /**
   * @param rule decides the facts, with the version of the new password or null
   * @throws Refused 403, 404, 409, 412, 422
   */
  async make(
    accountId: string,
    before: OpenAccount,
    change: ToChange,
    rule: Rule,
    origin: Origin,
  ): Promise<SettingsAnswer> {
    const { set, password } = change;
    rule(before, password === undefined ? null : before.passwordVersion + 1);
    if (change.checkFolders) await this.requireFolders(accountId, before, change);
    const held = await this.claim(accountId, before, set, origin);
    const name = passwordName(accountId);
    const version = password === undefined ? null : await this.vault.keep(name, password);
    let replaced: number | null = null;
    const decided = await this.decide
      .on(
        accountStream(accountId),
        account,
        origin,
        (state) => {
          if (set.address !== undefined && state.status === 'open' && state.addressEpoch !== before.addressEpoch)
            throw new Refused(
              'changed-meanwhile',
              'conflict',
              'The address of this account was changed at the same moment. Reload it, and try again.',
            );
          if (state.status === 'open') replaced = state.signIn.tokens;
          return rule(state, version);
        },
        { ifMatch: origin.ifMatch },
      )
      .catch(async (error: unknown) => {
        if (version !== null) await this.vault.undo(name, version, error);
        throw error;
      });
    if (version !== null) {
      if (replaced !== null) await this.vault.eraseUpTo(tokensName(accountId), replaced);
      await this.vault.settle(name, version);
    }
    if (held !== null) {
      reached('move.recorded');
      await this.claims.release(before.settings.address, accountId, held, origin);
      await this.ownAddresses.know(decided.position);
    }
    return this.tried(accountId, before, decided.state as OpenAccount, password, answer(decided), origin);
  }

  /**
   * Claims a new address. Returns the revision since which the old address is held; null without a new address.
   * @throws Refused 409 `address-taken`, `changed-meanwhile`
   */
  private async claim(
    accountId: string,
    { settings }: OpenAccount,
    { address }: Partial<Configuration>,
    origin: Origin,
  ): Promise<number | null> {
    if (address === undefined || isSameAddress(address, settings.address)) return null;
    await this.claims.mayBeClaimed(address, accountId);
    const held = await this.claims.heldSince(settings.address, origin);
    await this.claims.claim(address, accountId, origin);
    reached('move.address-claimed');
    return held;
  }

  /** Asks the server with the changed login. @throws Refused 422 */
  private requireFolders(accountId: string, before: OpenAccount, { set, password }: ToChange): Promise<void> {
    const after = { ...before, settings: { ...before.settings, ...set } };
    const { incoming, login } = after.settings;
    return requireFolders(set, before.settings, async () => {
      const credentials = password === undefined ? await this.logins.of(accountId, after) : { login, password };
      return this.servers.folders(incoming, credentials);
    });
  }

  private async tried(
    accountId: string,
    before: OpenAccount,
    now: OpenAccount,
    password: string | undefined,
    recorded: CommandAnswer,
    origin: Origin,
  ): Promise<SettingsAnswer> {
    const { settings } = now;
    const touched =
      password !== undefined ||
      // A sending account does not use its incoming server: with `sendOnly`, the result of the login changes.
      (['sendOnly', 'login', 'incoming', 'outgoing'] as const).some(
        (name) => !same(before.settings[name], settings[name]),
      );
    if (!touched || (password === undefined && needsSignIn(now.signIn))) return recorded;
    return this.trial.try(accountId, now, password, recorded, origin).catch((error: unknown) => {
      // The change is recorded, but there is no secret to log in with: a sign-in has just expired, for example.
      if (error instanceof Refused) return recorded;
      throw error;
    });
  }
}
