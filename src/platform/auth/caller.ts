import { createParamDecorator, type ExecutionContext, HttpException, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Origin } from '../commands/decide.js';
import type { Actor, Role } from '../domain.js';
import { Refused } from '../domain.js';

/** Caller of a request: a person, or a service with a token that acts as itself or on behalf of a person. */
export interface Caller {
  actor: Actor;
  /** id of the person; null for a service that acts as itself */
  userId: string | null;
  /** id of the token, also if the service acts on behalf of a person */
  tokenId?: string;
  /** ids of the accounts that the person may use; an administrator may use all accounts, listed or not */
  accounts: ReadonlySet<string>;
  origin: Origin;
}

export type AskedRequest = FastifyRequest & {
  caller?: Caller;
  /** token of the request, also if the service acts on behalf of a person */
  presentedBy?: { by: string; via: string };
  /** id of the user to sign in; undefined if no user has the address */
  signsIn?: string | undefined;
  /** id of the account of a mailbox sign-in, once the account is known to exist */
  signsInTo?: string;
};

/** Recognises the caller of a request; undefined without a valid session or token. */
export abstract class KnownCallers {
  abstract of(request: AskedRequest): Promise<Caller | undefined>;
}

export class NotSignedIn extends HttpException {
  constructor() {
    super('The request has no valid session and no valid API token. Sign in, or send a valid token.', 401);
  }
}

/** True if a token of `tokenRole` may act on behalf of a person of `personRole`. */
export const mayActFor = (tokenRole: Role, personRole: Actor['role']): boolean =>
  tokenRole === 'administrator' || tokenRole === personRole;

/** Parameter decorator of endpoints: the caller of the request. @throws Refused 403 on an open route */
export const Asked = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AskedRequest>();
  if (!caller) throw new Refused('not-signed-in', 'forbidden');
  return caller;
});

export const OPEN_TO_ALL = 'open-to-all';
/** The endpoint needs no session and no token. */
export const OpenToAll = (): MethodDecorator & ClassDecorator => SetMetadata(OPEN_TO_ALL, true);

const isAdministrator = (caller: Caller): boolean => caller.actor.role === 'administrator';

/** @throws Refused 403 */
export function requireAdministrator(caller: Caller): void {
  if (!isAdministrator(caller)) throw new Refused('only-an-administrator-does-this', 'forbidden');
}
