import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type pg from 'pg';
import type { Position } from '../log/event-store.js';

export const CREDENTIALS_SCHEMA = `
create table if not exists sessions (
  hash bytea primary key, user_id text not null, created_at timestamptz not null default now(), expires_at timestamptz not null
);
alter table sessions add column if not exists as_of text collate "C" not null default '';
alter table sessions add column if not exists by_provider boolean not null default false;
create index if not exists sessions_user on sessions (user_id);
create table if not exists token_hashes (hash bytea primary key, token_id text not null unique);`;

/** `Algorithm.Argon2id`: a const enum, which is not there at run time. */
const ARGON2ID = 2;
/** Of a session, by how it was opened: a provider tells nothing between sign-ins, so each working day begins with one. */
export const SESSION_SECONDS = { password: 7 * 24 * 3600, provider: 12 * 3600 } as const;
export type OpenedBy = keyof typeof SESSION_SECONDS;

/** How the secret of each begins. */
export const SESSION = 'mrs_';
export const TOKEN = 'mrt_';

/** 256 random bits need no slow hash: SHA-256 is enough to recognise them. */
const recognise = (secret: string): Buffer => createHash('sha256').update(secret).digest();
/** Names a session or token without telling it. */
export const fingerprint = (secret: string): string => recognise(secret).toString('hex');
const make = (prefix: string): string => prefix + randomBytes(32).toString('base64url');

/** Argon2id with what OWASP's Password Storage Cheat Sheet asks for at least: 19 MiB, 2 passes, 1 lane. */
export const hashPassword = (password: string): Promise<string> =>
  hash(password, { algorithm: ARGON2ID, memoryCost: 19456, timeCost: 2, parallelism: 1 });
export const verifyPassword = (hashed: string, password: string): Promise<boolean> =>
  verify(hashed, password).catch(() => false);

/** Sessions of people and tokens of services: only hashes are kept. */
export class Credentials {
  constructor(private readonly pool: pg.Pool) {}

  /** @param asOf what had ended his sessions last when he signed in (`Access`): whatever ends them later ends this one */
  async openSession(userId: string, asOf: Position, by: OpenedBy): Promise<string> {
    const secret = make(SESSION);
    await this.pool.query('delete from sessions where expires_at < now()');
    await this.pool.query(
      `insert into sessions (hash, user_id, as_of, by_provider, expires_at) values ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
      [recognise(secret), userId, asOf, by === 'provider', SESSION_SECONDS[by]],
    );
    return secret;
  }

  /** Lets a session go on over what ends all others. */
  async keepSession(secret: string, asOf: Position): Promise<void> {
    await this.pool.query('update sessions set as_of = $2 where hash = $1', [recognise(secret), asOf]);
  }

  async closeSession(secret: string): Promise<void> {
    await this.pool.query('delete from sessions where hash = $1', [recognise(secret)]);
  }

  /** Those that were opened before `asOf`: they are not let in any more, and now they are gone. */
  async closeSessionsOf(userId: string, asOf: Position): Promise<void> {
    await this.pool.query('delete from sessions where user_id = $1 and as_of < $2', [userId, asOf]);
  }

  /** Those that he opened by the company's provider, which lets him in no more. */
  async closeProviderSessionsOf(userId: string): Promise<void> {
    await this.pool.query('delete from sessions where user_id = $1 and by_provider', [userId]);
  }

  async makeToken(tokenId: string): Promise<string> {
    const secret = make(TOKEN);
    await this.pool.query('insert into token_hashes (hash, token_id) values ($1, $2)', [recognise(secret), tokenId]);
    return secret;
  }

  async forgetToken(tokenId: string): Promise<void> {
    await this.pool.query('delete from token_hashes where token_id = $1', [tokenId]);
  }

  /** Those of these fingerprints whose session or token still lets somebody in, with the position as of which a session was opened. */
  async inForce(fingerprints: readonly string[]): Promise<Map<string, Position | null>> {
    const { rows } = await this.pool.query<{ fingerprint: string; asOf: Position | null }>({
      name: 'credentials_in_force',
      text: `with asked as (select distinct decode(each, 'hex') as hash from unnest($1::text[]) each)
             select encode(hash, 'hex') as fingerprint, as_of as "asOf" from asked join sessions using (hash) where expires_at > now()
             union all select encode(hash, 'hex'), null from asked join token_hashes using (hash)`,
      values: [fingerprints],
    });
    return new Map(rows.map((row) => [row.fingerprint, row.asOf]));
  }
}
