import type { FastifyReply, FastifyRequest } from 'fastify';

/** Methods of @fastify/cookie. Its types extend the replies of Fastify, but not the replies in Nest handlers. */
export type CookieReply = FastifyReply & {
  setCookie(name: string, value: string, options: object): FastifyReply;
  clearCookie(name: string, options: object): FastifyReply;
};

export const cookiesOf = (request: FastifyRequest): Readonly<Record<string, string | undefined>> =>
  (request as { cookies?: Record<string, string | undefined> }).cookies ?? {};
