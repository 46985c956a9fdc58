import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Refused } from '../platform/domain.js';
import { type AskedRequest, NotSignedIn, OPEN_TO_ALL } from '../platform/auth/caller.js';
import { Callers, presented } from './callers.js';

const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Recognises the caller of every request. @throws NotSignedIn 401 for an unknown caller */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: Callers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(OPEN_TO_ALL, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<AskedRequest>();
    const caller = await this.callers.of(request);
    if (!caller) throw new NotSignedIn();
    request.caller = caller;
    if (
      presented(request)?.byCookie &&
      !CHANGES_NOTHING.has(request.method) &&
      request.headers['x-requested-by'] === undefined
    )
      throw new Refused(
        'requested-by-missing',
        'forbidden',
        'A change with the session cookie alone needs the header X-Requested-By. Send the header with any value.',
      );
    return true;
  }
}
