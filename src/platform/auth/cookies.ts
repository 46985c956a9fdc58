import type { FastifyReply, FastifyRequest } from 'fastify';

/** What @fastify/cookie adds: its types cover the instance of Fastify, not the replies that Nest hands out. */
export type CookieReply = FastifyReply & {
  setCookie(name: string, value: string, options: object): FastifyReply;
  clearCookie(name: string, options: object): FastifyReply;
};

export const cookiesOf = (request: FastifyRequest): Readonly<Record<string, string | undefined>> =>
  (request as { cookies?: Record<string, string | undefined> }).cookies ?? {};
