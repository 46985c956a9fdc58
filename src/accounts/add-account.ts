import { Body, Controller, Post, Query } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTooManyRequestsResponse } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { Access } from '../access/access.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { tidyAddress } from '../mail/reading/normal-address.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { answer, CommandAnswer, laterOf } from '../platform/http/answers.js';
import { QueryBoolean } from '../platform/http/input.js';
import { Quotas } from '../platform/http/quotas.js';
import { reached } from '../platform/steps.js';
import { Vault } from '../platform/secrets/vault.js';
import { account, type OpenAccount } from './account.fold.js';
import { addAccount, mayAddAccounts } from './account.decider.js';
import { accountStream, type MailProvider, passwordName, SENDING_AT_FIRST, signInUrl } from './account.events.js';
import { AccountServers, type GivenSettings } from './account-servers.js';
import { AddAccountBody, toLimits } from './account-settings.js';
import { AddressClaims } from './address-claims.js';
import { ConnectionNews } from './connection/connection-news.js';
import { OwnAddresses } from './own-addresses.js';

class AddAccountQuery {
  /** True to record the account as `unverified` without trying the login. Default false. */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  skipTest?: boolean;
}

class AccountAddedAnswer extends CommandAnswer {
  /** Present when a person has to sign in to the mailbox before the service can fetch or send. */
  status?: 'sign-in-needed';
  /** Path of this service that begins the sign-in; present together with `status`. */
  signInUrl?: string;
}

/** Proof of the new account at its servers. */
type Proof = { password: string } | { signIn: MailProvider };

class AddAccount extends Command<AccountAddedAnswer> {
  constructor(
    readonly given: GivenSettings,
    readonly proof: Proof,
    readonly users: readonly string[],
    readonly skipTest: boolean,
    /** true when the caller may use an account already */
    readonly hasMailModule: boolean,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(AddAccount)
export class AddAccountHandler implements ICommandHandler<AddAccount> {
  constructor(
    private readonly decide: Decide,
    private readonly claims: AddressClaims,
    private readonly servers: AccountServers,
    private readonly vault: Vault,
    private readonly access: Access,
    private readonly connection: ConnectionNews,
    private readonly ownAddresses: OwnAddresses,
  ) {}

  async execute({ given, proof, users, skipTest, hasMailModule, origin }: AddAccount): Promise<AccountAddedAnswer> {
    const accountId = origin.commandId;
    mayAddAccounts(origin.actor, hasMailModule, users);
    const grantees = await Promise.all(users.map((id) => this.access.grantee(id)));
    if (grantees.some((one) => !one.known))
      throw new Refused(
        'user-not-found',
        'unprocessable',
        'One of the users does not exist. Reload the list of users.',
      );
    const granted = grantees.filter((one) => !one.administrator).map((one) => one.userId);
    await this.claims.mayBeClaimed(given.address, accountId);
    const signIn = 'signIn' in proof ? proof.signIn : undefined;
    const completed =
      'signIn' in proof
        ? this.servers.ofProvider(given, proof.signIn)
        : await this.servers.complete(given, proof.password, origin.actor, !skipTest);
    const settings = { ...completed, address: tidyAddress(completed.address) };

    await this.claims.claim(settings.address, accountId, origin);
    reached('account.address-claimed');
    const name = passwordName(accountId);
    const passwordVersion = 'password' in proof ? await this.vault.keep(name, proof.password) : 0;
    reached('account.password-kept');
    const decided = await this.decide
      .on(
        accountStream(accountId),
        account,
        origin,
        (state) =>
          addAccount(state, origin.actor, hasMailModule, {
            accountId,
            settings,
            passwordVersion,
            ...(signIn && { signIn }),
            users: granted,
          }),
        { assumeNew: true },
      )
      .catch(async (error: unknown) => {
        await this.vault.undo(name, passwordVersion, error);
        throw error;
      });
    reached('account.recorded');
    if (decided.written === 0) await this.vault.erase(name, passwordVersion);
    else await this.vault.settle(name, passwordVersion);
    const shownAt =
      skipTest || signIn
        ? decided.position
        : await this.connection.accepted(accountId, decided.state as OpenAccount, origin);
    await Promise.all([this.access.knows(decided.position), this.ownAddresses.know(decided.position)]);
    return {
      ...answer(decided, accountId),
      position: laterOf(decided.position, shownAt),
      ...(signIn && { status: 'sign-in-needed', signInUrl: signInUrl(signIn, accountId) }),
    };
  }
}

function proofOf(password: string | undefined, signIn: MailProvider | undefined): Proof {
  if (password === undefined) return { signIn: signIn! };
  if (signIn === undefined) return { password };
  throw new Refused('password-or-sign-in', 'unprocessable', 'There is a password and a sign-in. Give one of them.');
}

const DEFAULTS = {
  sendOnly: false,
  createContacts: false,
  createContactsFrom: 'people',
  createTasks: false,
  keepServerCopies: true,
  fetchSince: null,
  sentFolder: null,
  draftsFolder: null,
  notify: true,
  header: null,
  signature: null,
  ...SENDING_AT_FIRST,
} as const;

@Controller('api/accounts')
export class AddAccountEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly quotas: Quotas,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Adds a mail account: finds the servers that are not given, and tries the login at both.' })
  @ApiCreatedResponse({ type: AccountAddedAnswer })
  @ApiTooManyRequestsResponse({
    description: 'Too Many Requests: the caller added too many accounts. `Retry-After` says when to try again.',
  })
  async add(
    @Body() body: AddAccountBody,
    @Query() query: AddAccountQuery,
    @Asked() caller: Caller,
  ): Promise<AccountAddedAnswer> {
    const { password, signIn, users = [], incoming, outgoing, limits, ...settings } = body;
    const { address, name = address } = settings;
    const proof = proofOf(password, signIn);
    await this.quotas.spend(caller, 'accounts');
    return this.commands.execute(
      new AddAccount(
        {
          ...DEFAULTS,
          ...settings,
          ...(incoming ? { incoming: { ...incoming } } : {}),
          ...(outgoing ? { outgoing: { ...outgoing } } : {}),
          ...(limits ? { limits: toLimits(limits) } : {}),
          name,
        },
        proof,
        users,
        query.skipTest ?? false,
        caller.accounts.size > 0,
        caller.origin,
      ),
    );
  }
}
