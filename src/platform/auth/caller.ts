import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Origin } from '../commands/decide.js';
import type { Actor, Role } from '../domain.js';
import { Refused } from '../domain.js';

/** Who is asking: a person, or a service by its token, acting as itself or for a person. */
export interface Caller {
  actor: Actor;
  /** the person; null for a service that acts as itself */
  userId: string | null;
  /** the token, also of a service that acts for a person */
  tokenId?: string;
  /** accounts that this person may use; an administrator may use all, listed or not */
  accounts: ReadonlySet<string>;
  origin: Origin;
}

export type AskedRequest = FastifyRequest & {
  caller?: Caller;
  /** whose token it came with, whomever it was for */
  presentedBy?: { by: string; via: string };
  /** who was to be signed in; undefined when nobody is known by that address */
  signsIn?: string | undefined;
  /** whose mailbox somebody is signing in to, once it is certain that there is such an account */
  signsInTo?: string;
};

/** Whether a token of this role may act for a person of that one. */
export const mayActFor = (tokenRole: Role, personRole: Actor['role']): boolean =>
  tokenRole === 'administrator' || tokenRole === personRole;

/** The caller of this request, as a parameter of an endpoint. */
export const Asked = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AskedRequest>();
  if (!caller) throw new Refused('not-signed-in', 'forbidden');
  return caller;
});

/** An endpoint that asks nobody who he is. */
export const OPEN_TO_ALL = 'open-to-all';
export const OpenToAll = (): MethodDecorator & ClassDecorator => SetMetadata(OPEN_TO_ALL, true);

const isAdministrator = (caller: Caller): boolean => caller.actor.role === 'administrator';

/** @throws Refused 403 */
export function requireAdministrator(caller: Caller): void {
  if (!isAdministrator(caller)) throw new Refused('only-an-administrator-does-this', 'forbidden');
}
