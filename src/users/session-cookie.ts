import type { FastifyReply } from 'fastify';
import { SESSION_COOKIE } from '../platform/auth/callers.js';

const SECONDS = 7 * 24 * 3600;

export type CookieReply = FastifyReply & {
  setCookie(name: string, value: string, options: object): FastifyReply;
  clearCookie(name: string, options: object): FastifyReply;
};

/** No script reads it, and no other site sends it. */
export function setSessionCookie(reply: CookieReply, token: string, secure: boolean): void {
  reply.setCookie(SESSION_COOKIE, token, { httpOnly: true, sameSite: 'strict', path: '/', secure, maxAge: SECONDS });
}
