import { SESSION_COOKIE } from '../platform/auth/callers.js';
import type { CookieReply } from '../platform/http/cookies.js';

const SECONDS = 7 * 24 * 3600;

/** No script reads it, and no other site sends it. */
export function setSessionCookie(reply: CookieReply, token: string, secure: boolean): void {
  reply.setCookie(SESSION_COOKIE, token, { httpOnly: true, sameSite: 'strict', path: '/', secure, maxAge: SECONDS });
}
