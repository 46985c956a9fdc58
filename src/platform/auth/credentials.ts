import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type pg from 'pg';
import type { Position } from '../log/event-store.js';

/** `Algorithm.Argon2id`, a const enum that does not exist at run time. */
const ARGON2ID = 2;
/** Lifetime of a session. A provider reports no change between sign-ins, so each working day needs a new sign-in. */
export const SESSION_SECONDS = { password: 7 * 24 * 3600, provider: 12 * 3600 } as const;
export type OpenedBy = keyof typeof SESSION_SECONDS;

/** Prefixes of the secrets of sessions and tokens. */
export const SESSION = 'mrs_';
export const TOKEN = 'mrt_';

/** A secret has 256 random bits, so SHA-256 is enough: no slow hash is needed. */
const recognise = (secret: string): Buffer => createHash('sha256').update(secret).digest();
/** Hex SHA-256 of a secret: names a session or token without revealing the secret. */
export const fingerprint = (secret: string): string => recognise(secret).toString('hex');
const make = (prefix: string): string => prefix + randomBytes(32).toString('base64url');

/** Argon2id with the minimum of OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane. */
export const hashPassword = (password: string): Promise<string> =>
  hash(password, { algorithm: ARGON2ID, memoryCost: 19456, timeCost: 2, parallelism: 1 });
export const verifyPassword = (hashed: string, password: string): Promise<boolean> =>
  verify(hashed, password).catch(() => false);

/** Sessions of people and tokens of services; the database holds only their hashes. */
export class Credentials {
  /** called with the fingerprint of each session that this process closes */
  onSessionClosed: (fingerprint: string) => void = () => undefined;

  constructor(private readonly pool: pg.Pool) {}

  /**
   * Returns the secret of a new session.
   * @param asOf `sessionsAfter` of the user (`Access`) at the sign-in: a later end of all sessions ends this one too
   */
  async openSession(userId: string, asOf: Position, by: OpenedBy): Promise<string> {
    const secret = make(SESSION);
    await this.pool.query('delete from sessions where expires_at < now()');
    await this.pool.query(
      `insert into sessions (hash, user_id, as_of, by_provider, expires_at) values ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
      [recognise(secret), userId, asOf, by === 'provider', SESSION_SECONDS[by]],
    );
    return secret;
  }

  /** Keeps one session in force while all other sessions of the user end. */
  async keepSession(secret: string, asOf: Position): Promise<void> {
    await this.pool.query('update sessions set as_of = $2 where hash = $1', [recognise(secret), asOf]);
  }

  async closeSession(secret: string): Promise<void> {
    await this.pool.query('delete from sessions where hash = $1', [recognise(secret)]);
    this.onSessionClosed(fingerprint(secret));
  }

  /** Deletes the sessions from before `asOf`, which are out of force already. */
  async closeSessionsOf(userId: string, asOf: Position): Promise<void> {
    await this.pool.query('delete from sessions where user_id = $1 and as_of < $2', [userId, asOf]);
  }

  /** Deletes the sessions that the user opened at the company's provider. */
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

  /** Fingerprints of sessions and tokens in force, each with the `asOf` of its session; null for a token. */
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
