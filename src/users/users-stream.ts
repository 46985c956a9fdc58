import { Injectable } from '@nestjs/common';
import type { WhoSignsIn } from '../access/access.js';
import { Credentials, hashPassword, verifyPassword } from '../platform/auth/credentials.js';
import type { Decided, DecideOptions, Origin } from '../platform/commands/decide.js';
import { Decide } from '../platform/commands/decide.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { Vault } from '../platform/secrets/vault.js';
import {
  type UserChange,
  addFirstAdministrator,
  addUser,
  changeUser,
  changeUserPassword,
  mayChangeUserPassword,
} from './user.decider.js';
import { refuseEasyPassword } from './password-strength.js';
import { type Users, users } from './user.fold.js';
import { USERS_STREAM, type UserEvent } from './user.events.js';

export const normalEmail = (email: string): string => email.trim().toLowerCase();
const userPasswordName = (userId: string): string => `user/${userId}/password`;

interface UserToAdd {
  userId: string;
  name: string;
  email: string;
  role: 'administrator' | 'user' | 'auditor';
  password: string | undefined;
}

/** Decisions about users: stores the password hash first, then records the facts. */
@Injectable()
export class UsersStream {
  private readonly unusable = hashPassword('nobody has this password');

  constructor(
    private readonly decide: Decide,
    private readonly master: MasterKey,
    private readonly vault: Vault,
    private readonly credentials: Credentials,
  ) {}

  emailKey(email: string): string {
    return this.master.nameFor('user-email', normalEmail(email));
  }

  /** @throws BadInput for a password that is easy to guess */
  async add(user: UserToAdd, origin: Origin): Promise<Decided<Users>> {
    if (user.password !== undefined) await refuseEasyPassword(user.password, [user.email, user.name]);
    return this.adding(user, origin, addUser);
  }

  addFirst(user: UserToAdd, origin: Origin): Promise<Decided<Users>> {
    return this.adding(user, origin, addFirstAdministrator);
  }

  async change(userId: string, change: UserChange, origin: Origin): Promise<Decided<Users>> {
    const decided = await this.deciding(origin, (state) => changeUser(state, origin.actor, userId, change), {
      ifMatch: origin.ifMatch,
    });
    if (change.active === false) await this.credentials.closeSessionsOf(userId, decided.position);
    return decided;
  }

  /**
   * Stores the hash, records the fact, then erases the earlier hash.
   * @throws BadInput for a password that is easy to guess, Refused 403, 404, 409, 412
   */
  async changePassword(userId: string, password: string, origin: Origin): Promise<Decided<Users>> {
    const { state: known } = await this.decide.load(USERS_STREAM, users);
    mayChangeUserPassword(known, origin.actor, userId);
    const { email = null, name: ownName = null } = known.byId.get(userId) ?? {};
    await refuseEasyPassword(password, [email, ownName]);
    const name = userPasswordName(userId);
    const version = await this.vault.keep(name, await hashPassword(password));
    const decided = await this.deciding(origin, (state) => changeUserPassword(state, origin.actor, userId, version), {
      ifMatch: origin.ifMatch,
    }).catch(async (error: unknown) => {
      await this.vault.undo(name, version, error);
      throw error;
    });
    await this.vault.settle(name, version);
    return decided;
  }

  /** True for the current password of the user. Takes equally long without a user or a password. */
  async isPasswordOf(user: Pick<WhoSignsIn, 'id' | 'passwordVersion'> | undefined, password: string): Promise<boolean> {
    const hash =
      user && user.passwordVersion > 0
        ? await this.vault.reveal(userPasswordName(user.id), user.passwordVersion)
        : null;
    const right = await verifyPassword(hash ?? (await this.unusable), password);
    return hash !== null && right;
  }

  /** Settles or erases hashes that a process stored before it died, by the facts of their users. */
  settleLeft(): Promise<void> {
    return this.vault.settleLeft('user/', async (name, version) => {
      const { state } = await this.decide.load(USERS_STREAM, users);
      const inForce = [...state.byId].some(
        ([userId, user]) => name === userPasswordName(userId) && version === user.passwordVersion,
      );
      await (inForce ? this.vault.settle(name, version) : this.vault.erase(name, version));
    });
  }

  deciding(
    origin: Origin,
    rule: (state: Users) => UserEvent[],
    options?: DecideOptions<Users>,
  ): Promise<Decided<Users>> {
    return this.decide.on<Users, UserEvent>(USERS_STREAM, users, origin, rule, options);
  }

  private async adding(user: UserToAdd, origin: Origin, rule: typeof addUser): Promise<Decided<Users>> {
    const { password, ...rest } = user;
    const passwordVersion =
      password === undefined
        ? null
        : await this.vault.keep(userPasswordName(user.userId), await hashPassword(password));
    const emailKey = this.emailKey(user.email);
    const name = userPasswordName(user.userId);
    const decided = await this.deciding(origin, (state) =>
      rule(state, origin.actor, { ...rest, emailKey, passwordVersion }),
    ).catch(async (error: unknown) => {
      if (passwordVersion !== null) await this.vault.undo(name, passwordVersion, error);
      throw error;
    });
    if (passwordVersion === null) return decided;
    if (decided.written === 0) await this.vault.erase(name, passwordVersion);
    else await this.vault.settle(name, passwordVersion);
    return decided;
  }
}
