import { SESSION_COOKIE } from '../access/callers.js';
import { type OpenedBy, SESSION_SECONDS } from '../platform/auth/credentials.js';
import type { CookieReply } from '../platform/auth/cookies.js';

/** Scripts cannot read the cookie, and requests from other sites do not carry it. */
export function setSessionCookie(reply: CookieReply, token: string, by: OpenedBy, secure: boolean): void {
  reply.setCookie(SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure,
    maxAge: SESSION_SECONDS[by],
  });
}
