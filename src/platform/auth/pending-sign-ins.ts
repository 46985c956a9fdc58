import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import { poolOf } from '../database/database.js';
import { Refused } from '../domain.js';
import { sourceOf } from '../http/source-of.js';
import { throttle } from '../http/throttle.js';
import { type CookieReply, cookiesOf } from './cookies.js';
import type { MasterKey } from '../secrets/master-key.js';
import type { Challenge } from './openid-client.js';

export const SIGN_IN_SECONDS = 600;
/** Sign-ins from one network address within ten minutes. A whole office may share one address in the morning. */
const AT_AN_ADDRESS = 600;

/** Data of a sign-in in progress; the browser brings it back from the provider's page. */
export interface PendingSignIn {
  challenge: Challenge;
  /** ms since 1970 */
  until: number;
}

/**
 * Sign-ins in progress, each sealed in a cookie of the browser: the session cookie (SameSite=Strict) is missing when
 * another site sends the browser back. The database stores only used sign-ins, so that each works once.
 */
export class PendingSignIns<B extends PendingSignIn> {
  private readonly context: string;
  private readonly begunAt = new RateLimiterMemory({ points: AT_AN_ADDRESS, duration: SIGN_IN_SECONDS });

  /** @param kind separates the cookies of different kinds of sign-ins */
  constructor(
    private readonly database: DataSource,
    private readonly master: MasterKey,
    private readonly kind: string,
  ) {
    this.context = `begun sign-in ${kind}`;
  }

  /** Each sign-in has its own cookie, so that two windows do not disturb each other. */
  cookieOf(state: string): string {
    return `mailroom_${this.kind}_${state.slice(0, 8)}`;
  }

  seal(begun: B): string {
    return this.master.wrap(Buffer.from(JSON.stringify(begun)), this.context).toString('base64url');
  }

  /** Limits sign-ins: each may cause requests to the provider. Each process counts for itself. @throws Refused 429 */
  async mayBegin(address: string): Promise<void> {
    const detail = 'Too many sign-ins began at this network address.';
    await throttle(this.begunAt, sourceOf(address), { reason: 'too-many-sign-ins', detail });
  }

  /** Sets the cookie that the browser brings back to `redirectUri`. */
  give(reply: CookieReply, redirectUri: string, begun: B): void {
    const { pathname, protocol } = new URL(redirectUri);
    reply.setCookie(this.cookieOf(begun.challenge.state), this.seal(begun), {
      httpOnly: true,
      sameSite: 'lax',
      path: pathname,
      secure: protocol === 'https:',
      maxAge: SIGN_IN_SECONDS,
    });
  }

  /** Reads and deletes the cookie that the browser brought back to `redirectUri`. @throws Refused as `open` */
  take(request: FastifyRequest, reply: CookieReply, redirectUri: string): B {
    const { state } = request.query as { state?: unknown };
    const cookies = cookiesOf(request);
    const name = typeof state === 'string' ? this.cookieOf(state) : '';
    if (cookies[name] !== undefined) reply.clearCookie(name, { path: new URL(redirectUri).pathname });
    return this.open(cookies, state);
  }

  /**
   * @param cookies of the browser that came back
   * @throws Refused 403 without the cookie of this sign-in, 409 if the sign-in has expired
   */
  open(cookies: Readonly<Record<string, string | undefined>>, state: unknown): B {
    const cookie = typeof state === 'string' ? cookies[this.cookieOf(state)] : undefined;
    const begun = cookie === undefined ? undefined : this.unsealed(cookie);
    if (!begun || begun.challenge.state !== state) throw notBegun();
    if (begun.until < Date.now())
      throw new Refused('sign-in-expired', 'conflict', 'The sign-in took more than 10 minutes. Begin again.');
    return begun;
  }

  /** Marks the sign-in as used. @throws Refused 409 at the second use */
  async use({ challenge }: B): Promise<void> {
    const pool = poolOf(this.database);
    const id = this.master.nameFor(this.context, challenge.state);
    const { rowCount } = await pool.query('insert into used_sign_ins (id) values ($1) on conflict do nothing', [id]);
    if (rowCount !== 1)
      throw new Refused('sign-in-used', 'conflict', 'This sign-in has been used already. Begin again.');
    await pool.query(`delete from used_sign_ins where at < now() - interval '1 hour'`);
  }

  private unsealed(cookie: string): B | undefined {
    try {
      return JSON.parse(this.master.unwrap(Buffer.from(cookie, 'base64url'), this.context).toString()) as B;
    } catch {
      return undefined;
    }
  }
}

export const notBegun = (): Refused =>
  new Refused('sign-in-not-begun', 'forbidden', 'This browser did not begin the sign-in. Begin again in this browser.');
