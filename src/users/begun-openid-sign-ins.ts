import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ensureSchema, poolOf } from '../platform/database.js';
import { Refused } from '../platform/domain.js';
import type { Position } from '../platform/event-store.js';
import { MasterKey } from '../platform/master-key.js';
import type { Challenge } from './openid-provider.js';

const SCHEMA = `create table if not exists used_openid_sign_ins (id text primary key, at timestamptz not null default now())`;
export const SIGN_IN_SECONDS = 600;
const CONTEXT = 'begun openid sign-in';

/** Somebody who was sent to the company's provider, and what he has to bring back. */
export interface BegunOpenIdSignIn {
  challenge: Challenge;
  returnTo: string;
  /** who wants to be linked, with the position of his session (`Access.person`); null: somebody signs in */
  links: { userId: string; asOf: Position } | null;
  /** ms since 1970 */
  until: number;
}

/** The browser that was sent away keeps it, sealed. Only that it has come back is kept here, so that it does so once. */
@Injectable()
export class BegunOpenIdSignIns {
  private readonly ready: Promise<void>;

  constructor(
    private readonly database: DataSource,
    private readonly master: MasterKey,
  ) {
    this.ready = ensureSchema(poolOf(database), SCHEMA);
    this.ready.catch(() => undefined);
  }

  /** Each has a cookie of its own, so that two windows do not disturb each other. */
  static cookieOf(state: string): string {
    return `mailroom_openid_${state.slice(0, 8)}`;
  }

  seal(begun: BegunOpenIdSignIn): string {
    return this.master.wrap(Buffer.from(JSON.stringify(begun)), CONTEXT).toString('base64url');
  }

  /** @throws Refused 403 for another browser's or none at all; 409 when it is too late, or was used before */
  async use(cookie: string | undefined, state: unknown): Promise<BegunOpenIdSignIn> {
    const begun = cookie === undefined ? undefined : this.unsealed(cookie);
    if (!begun || begun.challenge.state !== state)
      throw new Refused('sign-in-not-begun', 'forbidden', 'no sign-in was begun in this browser that this could be the end of');
    if (begun.until < Date.now())
      throw new Refused('sign-in-expired', 'conflict', 'signing in took more than 10 minutes: begin again');
    await this.ready;
    const pool = poolOf(this.database);
    const id = this.master.nameFor('openid-sign-in', begun.challenge.state);
    const { rowCount } = await pool.query('insert into used_openid_sign_ins (id) values ($1) on conflict do nothing', [id]);
    if (rowCount !== 1) throw new Refused('sign-in-used', 'conflict', 'this sign-in has been used already: begin again');
    await pool.query(`delete from used_openid_sign_ins where at < now() - interval '1 hour'`);
    return begun;
  }

  private unsealed(cookie: string): BegunOpenIdSignIn | undefined {
    try {
      return JSON.parse(this.master.unwrap(Buffer.from(cookie, 'base64url'), CONTEXT).toString()) as BegunOpenIdSignIn;
    } catch {
      return undefined;
    }
  }
}
