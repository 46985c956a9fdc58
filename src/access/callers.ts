import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Actor, Role } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import { cookiesOf } from '../platform/auth/cookies.js';
import { BadInput } from '../platform/http/problems.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { Access, type Person } from './access.js';
import { type AskedRequest, type Caller, KnownCallers, mayActFor } from '../platform/auth/caller.js';
import { LastUse } from '../platform/auth/last-use.js';
import { Recognition, type Service } from './recognition.js';

export const SESSION_COOKIE = 'mailroom_session';

interface Presented {
  secret: string;
  byCookie: boolean;
}

/** The bearer value or the session cookie of a request. */
export function presented(request: AskedRequest): Presented | undefined {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const match = /^Bearer ([A-Za-z0-9_-]{1,200})$/i.exec(header);
    return match ? { secret: match[1]!, byCookie: false } : undefined;
  }
  const cookie = cookiesOf(request)[SESSION_COOKIE];
  return cookie ? { secret: cookie, byCookie: true } : undefined;
}

/**
 * Recognises callers by session or token. Long-lived connections ask again: the answer is undefined once the session,
 * the person or the token is out of force.
 */
@Injectable()
export class Callers extends KnownCallers {
  constructor(
    private readonly recognition: Recognition,
    private readonly access: Access,
    private readonly lastUse: LastUse,
    private readonly master: MasterKey,
  ) {
    super();
  }

  /** @throws Refused 403 if a service may not act on behalf of the named user, 503 if the access tables are stale */
  async of(request: AskedRequest): Promise<Caller | undefined> {
    const credential = presented(request);
    const known = credential && (await this.recognition.of(credential.secret));
    if (!known) return undefined;
    if ('service' in known) return this.asService(request, known.service);
    await this.lastUse.note(`user:${known.person.id}`);
    return this.asPerson(request, known.person, 'web');
  }

  private asPerson(request: AskedRequest, { id, role, accounts }: Person, via: string): Caller {
    const actor: Actor = { id, role };
    return { actor, userId: id, accounts, origin: this.origin(request, actor, `user:${id}`, via) };
  }

  private async asService(request: AskedRequest, { tokenId, role, name }: Service): Promise<Caller> {
    await this.lastUse.note(`token:${tokenId}`);
    const via = `api:${name}`;
    request.presentedBy = { by: `token:${tokenId}`, via };
    const behalf = request.headers['x-on-behalf-of'];
    if (behalf !== undefined) return { ...(await this.onBehalfOf(request, String(behalf), role, via)), tokenId };
    const actor: Actor = { id: tokenId, role };
    return {
      actor,
      userId: null,
      tokenId,
      accounts: new Set(),
      origin: this.origin(request, actor, `token:${tokenId}`, via),
    };
  }

  /** The service gets the rights of the person; an administrator's rights need an administrator's token. */
  private async onBehalfOf(request: AskedRequest, userId: string, tokenRole: Role, via: string): Promise<Caller> {
    const person = await this.access.person(userId);
    if (!person)
      throw new Refused(
        'on-behalf-of-nobody',
        'forbidden',
        'X-On-Behalf-Of names no active user. Send the id of an active user.',
      );
    if (!mayActFor(tokenRole, person.role))
      throw new Refused(
        'token-may-not-act-for-this-role',
        'forbidden',
        `A token with the role ${tokenRole} may not act for this user. Use a token with the role of the user.`,
      );
    return this.asPerson(request, person, via);
  }

  private origin(request: AskedRequest, actor: Actor, by: string, via: string): Caller['origin'] {
    const key = request.headers['idempotency-key'];
    return {
      actor,
      by,
      via,
      correlationId: request.id,
      causationId: null,
      commandId:
        typeof key === 'string'
          ? this.master.nameFor('command', `${by} ${request.method} ${request.url} ${key}`)
          : randomUUID().replaceAll('-', ''),
      ...ifMatch(request.headers['if-match']),
    };
  }
}

function ifMatch(header: string | undefined): { ifMatch?: number } {
  if (header === undefined || header === '*') return {};
  const match = /^"(\d{1,9})"$/.exec(header);
  if (!match) throw new BadInput([{ field: 'If-Match', message: 'must be a revision in quotes, as in "3"' }]);
  return { ifMatch: Number(match[1]) };
}
