import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM (NIST SP 800-38D): nonce, tag, ciphertext in one buffer, bound to `context`. */
export function seal(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** @throws Error when the key, the context or a byte is not the sealed one */
export function unseal(key: Buffer, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  const plain = decipher.update(sealed.subarray(NONCE + TAG));
  decipher.final();
  return plain;
}

/** The one key from which every other is derived or by which it is wrapped (HKDF, RFC 5869). */
export class MasterKey {
  private readonly wrapping: Buffer;
  private readonly naming: Buffer;

  constructor(secret: Buffer) {
    this.wrapping = Buffer.from(hkdfSync('sha256', secret, '', 'mailroom wrapping', 32));
    this.naming = Buffer.from(hkdfSync('sha256', secret, '', 'mailroom naming', 32));
  }

  wrap(plain: Buffer, context: string): Buffer {
    return seal(this.wrapping, plain, context);
  }

  unwrap(wrapped: Buffer, context: string): Buffer {
    return unseal(this.wrapping, wrapped, context);
  }

  /** A name that cannot be computed without the key: 32 hex digits of HMAC-SHA256. `purpose` keeps names of different kinds apart. */
  nameFor(purpose: string, value: string): string {
    return createHmac('sha256', this.naming).update(`${purpose}\0${value}`).digest('hex').slice(0, 32);
  }
}

export class MasterKeyProblem extends Error {}

/** 32 bytes as 64 hex digits or base64. */
export function parseMasterKey(text: string): Buffer {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (bytes.length !== 32) throw new MasterKeyProblem('MASTER_KEY is not 32 bytes in hex or base64');
  return bytes;
}

const SCHEMA = `create table if not exists master_key_check (single boolean primary key default true check (single), sealed bytea not null)`;
const CHECK = 'mailroom master key check';

/**
 * From MASTER_KEY, else from `master.key` (mode 0600) in the data folder, made at the very first start.
 * A database that has met a key accepts no other: a new key is never made over an old vault.
 */
export async function loadMasterKey(pool: pg.Pool, dataDir: string, fromEnvironment?: string): Promise<MasterKey> {
  await pool.query(SCHEMA);
  const { rows } = await pool.query<{ sealed: Buffer }>('select sealed from master_key_check');
  const known = rows[0]?.sealed;
  const file = join(dataDir, 'master.key');
  const secret = fromEnvironment !== undefined ? parseMasterKey(fromEnvironment) : await readKeyFile(file, known !== undefined);
  const key = new MasterKey(secret);
  if (known === undefined) {
    await pool.query('insert into master_key_check (sealed) values ($1) on conflict do nothing', [key.wrap(Buffer.from(CHECK), CHECK)]);
    return key;
  }
  try {
    key.unwrap(known, CHECK);
  } catch {
    throw new MasterKeyProblem(
      `the master key (${fromEnvironment !== undefined ? 'MASTER_KEY' : file}) is not the one this database was sealed with`,
    );
  }
  return key;
}

async function readKeyFile(file: string, mustExist: boolean): Promise<Buffer> {
  try {
    return parseMasterKey(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (mustExist)
    throw new MasterKeyProblem(`the database holds sealed secrets, but there is neither MASTER_KEY nor ${file}: bring back the key`);
  const secret = randomBytes(32);
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${secret.toString('base64')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return secret;
}
