import type pg from 'pg';
import type { Role } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import { batched } from '../platform/database/batched.js';
import { type Access, accessTables, type Person, PERSON, personOf, type PersonRow } from './access.js';
import { fingerprint, SESSION, TOKEN } from '../platform/auth/credentials.js';

export interface Service {
  tokenId: string;
  role: Role;
  name: string;
}

interface SessionRow extends PersonRow {
  hash: string;
  userId: string;
  asOf: Position;
}

interface TokenRow {
  hash: string;
  tokenId: string;
  /** null: revoked */
  role: Role | null;
  name: string;
}

const HASHES = `any (array(select decode(each, 'hex') from unnest($1::text[]) each))`;

/** Recognises the holder of a secret and their rights, in one statement: every request waits for it. */
export class Recognition {
  constructor(
    private readonly pool: pg.Pool,
    private readonly access: Access,
  ) {}

  /**
   * Undefined if the secret is unknown or out of force.
   * @throws Refused 503 if the access tables are stale: access fails closed
   */
  async of(secret: string): Promise<{ person: Person } | { service: Service } | undefined> {
    if (secret.startsWith(SESSION)) return this.ofSession(fingerprint(secret));
    return secret.startsWith(TOKEN) ? this.ofToken(fingerprint(secret)) : undefined;
  }

  private async ofSession(hash: string): Promise<{ person: Person } | undefined> {
    const row = (await this.sessions([hash])).get(hash);
    if (!row) return undefined;
    this.access.mustBeFresh();
    const person = personOf(row.userId, row, row.asOf);
    return person && { person };
  }

  private async ofToken(hash: string): Promise<{ service: Service } | undefined> {
    const row = (await this.tokens([hash])).get(hash);
    if (!row) return undefined;
    this.access.mustBeFresh();
    const { tokenId, role, name } = row;
    return role === null ? undefined : { service: { tokenId, role, name } };
  }

  private readonly sessions = batched(async (hashes) => {
    const { rows } = await this.pool.query<SessionRow>({
      name: 'recognise_sessions',
      text: `select encode(s.hash, 'hex') as hash, s.user_id as "userId", s.as_of as "asOf", ${PERSON}
             from sessions s left join ${accessTables.users.name} u on u.id = s.user_id and u.active
             where s.hash = ${HASHES} and s.expires_at > now()`,
      values: [hashes],
    });
    return new Map(rows.map((row) => [row.hash, row]));
  });

  private readonly tokens = batched(async (hashes) => {
    const { rows } = await this.pool.query<TokenRow>({
      name: 'recognise_tokens',
      text: `select encode(h.hash, 'hex') as hash, h.token_id as "tokenId", t.role, t.name
             from token_hashes h left join ${accessTables.tokens.name} t on t.id = h.token_id and not t.revoked
             where h.hash = ${HASHES}`,
      values: [hashes],
    });
    return new Map(rows.map((row) => [row.hash, row]));
  });
}
