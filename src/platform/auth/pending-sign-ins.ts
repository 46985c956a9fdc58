import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import { ensureSchema, poolOf } from '../database/database.js';
import { Refused } from '../domain.js';
import { throttle } from '../http/throttle.js';
import { type CookieReply, cookiesOf } from './cookies.js';
import type { MasterKey } from '../secrets/master-key.js';
import type { Challenge } from './openid-client.js';

const SCHEMA = `create table if not exists used_sign_ins (id text primary key, at timestamptz not null default now())`;
export const SIGN_IN_SECONDS = 600;
/** By one address within those ten minutes: an office that comes to work has one. */
const AT_AN_ADDRESS = 600;

/** What somebody has to bring back who was sent to a provider's page. */
export interface PendingSignIn {
  challenge: Challenge;
  /** ms since 1970 */
  until: number;
}

/**
 * They are kept by the browser that was sent away, sealed: the session cookie does not come along when another site sends it back
 * (SameSite=Strict). Only that one has come back is kept here, so that it does so once.
 */
export class PendingSignIns<B extends PendingSignIn> {
  private readonly ready: Promise<void>;
  private readonly context: string;
  private readonly begunAt = new RateLimiterMemory({ points: AT_AN_ADDRESS, duration: SIGN_IN_SECONDS });

  /** @param kind keeps one kind's cookies apart from another's: none is taken for the other */
  constructor(
    private readonly database: DataSource,
    private readonly master: MasterKey,
    private readonly kind: string,
  ) {
    this.context = `begun sign-in ${kind}`;
    this.ready = ensureSchema(poolOf(database), SCHEMA);
    this.ready.catch(() => undefined);
  }

  /** Each has a cookie of its own, so that two windows do not disturb each other. */
  cookieOf(state: string): string {
    return `mailroom_${this.kind}_${state.slice(0, 8)}`;
  }

  seal(begun: B): string {
    return this.master.wrap(Buffer.from(JSON.stringify(begun)), this.context).toString('base64url');
  }

  /** Each that is begun may come back and have the provider asked. Counted by each process for itself. @throws Refused 429 */
  async mayBegin(address: string): Promise<void> {
    const detail = 'Too many sign-ins began at this network address.';
    await throttle(this.begunAt, address, { reason: 'too-many-sign-ins', detail });
  }

  /** Sends the browser off with what it has to bring back to `redirectUri`. */
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

  /** What this browser brings back to `redirectUri`; it keeps nothing of it, whatever comes of it. @throws Refused as `open` */
  take(request: FastifyRequest, reply: CookieReply, redirectUri: string): B {
    const { state } = request.query as { state?: unknown };
    const cookies = cookiesOf(request);
    const name = typeof state === 'string' ? this.cookieOf(state) : '';
    if (cookies[name] !== undefined) reply.clearCookie(name, { path: new URL(redirectUri).pathname });
    return this.open(cookies, state);
  }

  /**
   * @param cookies of the browser that came back
   * @throws Refused 403 for another browser's or none at all; 409 when it is too late
   */
  open(cookies: Readonly<Record<string, string | undefined>>, state: unknown): B {
    const cookie = typeof state === 'string' ? cookies[this.cookieOf(state)] : undefined;
    const begun = cookie === undefined ? undefined : this.unsealed(cookie);
    if (!begun || begun.challenge.state !== state) throw notBegun();
    if (begun.until < Date.now())
      throw new Refused('sign-in-expired', 'conflict', 'signing in took more than 10 minutes: begin again');
    return begun;
  }

  /** @throws Refused 409 the second time */
  async use({ challenge }: B): Promise<void> {
    await this.ready;
    const pool = poolOf(this.database);
    const id = this.master.nameFor(this.context, challenge.state);
    const { rowCount } = await pool.query('insert into used_sign_ins (id) values ($1) on conflict do nothing', [id]);
    if (rowCount !== 1)
      throw new Refused('sign-in-used', 'conflict', 'this sign-in has been used already: begin again');
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
  new Refused('sign-in-not-begun', 'forbidden', 'no sign-in was begun in this browser that this could be the end of');
