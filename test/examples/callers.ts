import type { Caller } from '../../src/platform/auth/caller.js';
import type { Role } from '../../src/platform/domain.js';

export function person(id: string, role: Role, accounts: readonly string[] = []): Caller {
  const actor = { id, role };
  return { actor, userId: id, accounts: new Set(accounts), origin: origin(actor, `user:${id}`, 'web') };
}

const origin = (actor: Caller['actor'], by: string, via: string): Caller['origin'] => ({
  actor,
  by,
  via,
  correlationId: 'request-1',
  causationId: null,
  commandId: 'command-1',
});

export const administrator = (): Caller => person('ada', 'administrator');
export const auditor = (): Caller => person('olga', 'auditor');
/** A user with access to these accounts. */
export const user = (id: string, ...accounts: string[]): Caller => person(id, 'user', accounts);

/** An API token that acts as itself, not for a user. */
export function service(role: Role): Caller {
  const actor = { id: 'billing-token', role };
  return { actor, userId: null, accounts: new Set(), origin: origin(actor, 'token:billing-token', 'api:billing') };
}
