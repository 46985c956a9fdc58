import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomBytes } from 'node:crypto';
import { cleanLine } from '../platform/database/clean-text.js';
import { Access } from '../access/access.js';
import type { Claims } from '../platform/auth/openid-client.js';
import { Credentials } from '../platform/auth/credentials.js';
import { bySystem } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import type { Platform } from '../platform/open-platform.js';
import { PLATFORM } from '../platform/platform.module.js';
import { linkedTo, linkToProvider, type ProviderPerson, signInByProvider } from './openid.decider.js';
import { OpenIdProvider } from './openid-provider.js';
import { normalEmail, UsersStream } from './users-stream.js';

const ADDRESS = /^[^\s@]+@[^\s@]+$/;
const LONGEST_ADDRESS = 254;
const LONGEST_NAME = 200;

export class SignInByProvider extends Command<{ userId: string; sessionsAfter: Position }> {
  constructor(
    readonly claims: Claims,
    /** id of the signed-in user to link; null: a sign-in */
    readonly links: string | null,
    readonly correlationId: string,
  ) {
    super();
  }
}

/** Records the OpenID claims of a person. The actor of the facts is the system, because no user decided them. */
@CommandHandler(SignInByProvider)
export class SignInByProviderHandler implements ICommandHandler<SignInByProvider> {
  constructor(
    private readonly users: UsersStream,
    private readonly credentials: Credentials,
    private readonly access: Access,
    private readonly master: MasterKey,
    private readonly provider: OpenIdProvider,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  async execute({
    claims,
    links,
    correlationId,
  }: SignInByProvider): Promise<{ userId: string; sessionsAfter: Position }> {
    const person = this.personOf(claims);
    const origin = bySystem('openid', correlationId);
    const newId = randomBytes(16).toString('hex');
    let known: string | undefined;
    const decided = await this.users
      .deciding(origin, (state) => {
        known = linkedTo(state, person.key);
        return links === null
          ? signInByProvider(state, origin.actor, person, newId)
          : linkToProvider(state, origin.actor, person, links);
      })
      .catch(async (error: unknown) => {
        if (known !== undefined && error instanceof Refused && error.reason === 'no-role')
          await this.credentials.closeProviderSessionsOf(known);
        throw error;
      });
    // The wait is needed without new facts too: if another process has just linked the user, `access` may not know yet.
    await this.access.knows(decided.position);
    const userId = linkedTo(decided.state, person.key)!;
    if (decided.state.byId.get(userId)!.role !== person.role)
      this.platform.logger.warn(
        { userId },
        'The provider gives the last administrator another role. The role stays unchanged.',
      );
    const user = await this.access.userById(userId);
    if (!user) throw new Refused('user-deactivated', 'forbidden', 'Your user is deactivated. Ask an administrator.');
    return { userId, sessionsAfter: user.sessionsAfter };
  }

  private personOf(claims: Claims): ProviderPerson {
    const { email, email_verified: verified } = claims;
    const address = typeof email === 'string' ? normalEmail(email) : '';
    const known = ADDRESS.test(address) && address.length <= LONGEST_ADDRESS;
    const name = [claims.name, claims.preferred_username, address].find(
      (each) => typeof each === 'string' && each.trim() !== '',
    );
    return {
      key: this.master.nameFor('openid-subject', JSON.stringify([claims.iss, claims.sub])),
      name: cleanLine(typeof name === 'string' ? name : claims.sub, LONGEST_NAME),
      email: known
        ? {
            address,
            key: this.master.nameFor('user-email', address),
            verified: typeof verified === 'boolean' ? verified : undefined,
          }
        : null,
      role: this.provider.roleOf(claims),
    };
  }
}
