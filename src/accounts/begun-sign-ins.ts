import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Challenge } from '../mail/sign-in/sign-in-provider.js';
import { ensureSchema, poolOf } from '../platform/database.js';
import { Refused } from '../platform/domain.js';
import type { Position } from '../platform/event-store.js';
import { MasterKey } from '../platform/master-key.js';
import type { MailProvider } from './account.events.js';

const SCHEMA = `create table if not exists used_sign_ins (id text primary key, at timestamptz not null default now())`;
export const SIGN_IN_SECONDS = 600;
const CONTEXT = 'begun sign-in';

/** Somebody who was sent to a provider's page: which person, for which account, and what he has to bring back. */
export interface BegunSignIn {
  challenge: Challenge;
  provider: MailProvider;
  accountId: string;
  userId: string;
  /** of his session (`Access.person`): what ended it ends this too */
  asOf: Position;
  by: string;
  via: string;
  redirectUri: string;
  /** ms since 1970 */
  until: number;
}

/**
 * They are kept by the browser that was sent away, sealed: the session cookie does not come along when another site sends it back
 * (SameSite=Strict). Only that one has come back is kept here, so that it does so once.
 */
@Injectable()
export class BegunSignIns {
  private readonly ready: Promise<void>;

  constructor(
    private readonly database: DataSource,
    private readonly master: MasterKey,
  ) {
    this.ready = ensureSchema(poolOf(database), SCHEMA);
    this.ready.catch(() => undefined);
  }

  /** Each has a cookie of its own, so that two accounts can be signed in to side by side. */
  static cookieOf(state: string): string {
    return `mailroom_sign_in_${state.slice(0, 8)}`;
  }

  seal(begun: BegunSignIn): string {
    return this.master.wrap(Buffer.from(JSON.stringify(begun)), CONTEXT).toString('base64url');
  }

  /** @throws Refused 403 for another browser's, another provider's or none at all; 409 when it is too late */
  open(cookie: string | undefined, state: unknown, provider: string): BegunSignIn {
    const begun = cookie === undefined ? undefined : this.unsealed(cookie);
    if (!begun || begun.challenge.state !== state || begun.provider !== provider)
      throw new Refused('sign-in-not-begun', 'forbidden', 'no sign-in was begun in this browser that this could be the end of');
    if (begun.until < Date.now())
      throw new Refused('sign-in-expired', 'conflict', 'signing in took more than 10 minutes: begin again');
    return begun;
  }

  /** @throws Refused 409 the second time */
  async use({ challenge }: BegunSignIn): Promise<void> {
    await this.ready;
    const pool = poolOf(this.database);
    const id = this.master.nameFor('sign-in', challenge.state);
    const { rowCount } = await pool.query('insert into used_sign_ins (id) values ($1) on conflict do nothing', [id]);
    if (rowCount !== 1) throw new Refused('sign-in-used', 'conflict', 'this sign-in has been used already: begin again');
    await pool.query(`delete from used_sign_ins where at < now() - interval '1 hour'`);
  }

  private unsealed(cookie: string): BegunSignIn | undefined {
    try {
      return JSON.parse(this.master.unwrap(Buffer.from(cookie, 'base64url'), CONTEXT).toString()) as BegunSignIn;
    } catch {
      return undefined;
    }
  }
}
