import { type CanActivate, type ExecutionContext, HttpException, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import type { Actor, Role } from '../domain.js';
import { Refused } from '../domain.js';
import { BadInput } from '../http/problems.js';
import { MasterKey } from '../master-key.js';
import { Access } from './access.js';
import { type AskedRequest, type Caller, OPEN_TO_ALL } from './caller.js';
import { Credentials } from './credentials.js';

export const SESSION_COOKIE = 'mailroom_session';
const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS']);

class NotSignedIn extends HttpException {
  constructor() {
    super('a session or an API token is needed', 401);
  }
}

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
  const cookie = (request as { cookies?: Record<string, string | undefined> }).cookies?.[SESSION_COOKIE];
  return cookie ? { secret: cookie, byCookie: true } : undefined;
}

/** Recognises the caller of every request and gives it an origin; nobody unknown passes. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly credentials: Credentials,
    private readonly access: Access,
    private readonly master: MasterKey,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(OPEN_TO_ALL, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<AskedRequest>();
    const credential = presented(request);
    const known = credential && (await this.credentials.recognise(credential.secret));
    if (!credential || !known) throw new NotSignedIn();
    if (credential.byCookie && !CHANGES_NOTHING.has(request.method) && request.headers['x-requested-by'] === undefined)
      throw new Refused(
        'requested-by-missing',
        'forbidden',
        'what changes anything by cookie alone needs the header X-Requested-By',
      );
    const caller =
      'userId' in known ? await this.asPerson(request, known.userId, 'web') : await this.asService(request, known.tokenId);
    if (!caller) throw new NotSignedIn();
    request.caller = caller;
    return true;
  }

  private async asPerson(request: AskedRequest, userId: string, via: string): Promise<Caller | undefined> {
    const person = await this.access.person(userId);
    if (!person) return undefined;
    const actor: Actor = { id: person.id, role: person.role };
    return { actor, userId, accounts: person.accounts, origin: this.origin(request, actor, `user:${userId}`, via) };
  }

  private async asService(request: AskedRequest, tokenId: string): Promise<Caller | undefined> {
    const token = await this.access.token(tokenId);
    if (!token) return undefined;
    const via = `api:${token.name}`;
    const behalf = request.headers['x-on-behalf-of'];
    if (behalf !== undefined) return this.onBehalfOf(request, String(behalf), token.role, via);
    const actor: Actor = { id: token.id, role: token.role };
    return { actor, userId: null, accounts: new Set(), origin: this.origin(request, actor, `token:${token.id}`, via) };
  }

  /** A service for a person may no more than either of them: an administrator's rights need an administrator's token. */
  private async onBehalfOf(request: AskedRequest, userId: string, tokenRole: Role, via: string): Promise<Caller> {
    const caller = await this.asPerson(request, userId, via);
    if (!caller) throw new Refused('on-behalf-of-nobody', 'forbidden', 'X-On-Behalf-Of names no active user');
    if (caller.actor.role !== tokenRole && tokenRole !== 'administrator')
      throw new Refused('token-may-not-act-for-this-role', 'forbidden', `this token has the role ${tokenRole}`);
    return caller;
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
