import { SESSION_COOKIE } from '../access/callers.js';
import { type OpenedBy, SESSION_SECONDS } from '../platform/auth/credentials.js';
import type { CookieReply } from '../platform/auth/cookies.js';

/** No script reads it, and no other site sends it. */
export function setSessionCookie(reply: CookieReply, token: string, by: OpenedBy, secure: boolean): void {
  reply.setCookie(SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure,
    maxAge: SESSION_SECONDS[by],
  });
}
