import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { seal, unseal } from './sealing.js';
import { type SealedText, unsealInThread } from './unsealing.js';

/** All other keys are derived from this key (HKDF, RFC 5869), or wrapped by it. */
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

  /** Opens texts under wrapped keys, off the main thread. A text that does not open is null. */
  unsealInThread(texts: readonly SealedText[]): Promise<(string | null)[]> {
    return unsealInThread(this.wrapping, texts);
  }

  /** 32 hex digits of an HMAC-SHA256, which needs this key. `purpose` keeps names of different kinds apart. */
  nameFor(purpose: string, value: string): string {
    return createHmac('sha256', this.naming).update(`${purpose}\0${value}`).digest('hex').slice(0, 32);
  }
}

/** The message is one line: the problem and its remedy. */
export class MasterKeyProblem extends Error {}

/** Reads 32 bytes from 64 hex digits or base64. @throws MasterKeyProblem for any other text */
export function parseMasterKey(text: string, source = 'MASTER_KEY'): Buffer {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (bytes.length !== 32)
    throw new MasterKeyProblem(
      `${source} is not 32 bytes in hex or base64: restore the key, or make one with openssl rand -base64 32`,
    );
  return bytes;
}

const CHECK = 'mailroom master key check';

/**
 * Takes the key from MASTER_KEY, or else from `master.key` (mode 0600) in the data folder, which the first start makes.
 * A database accepts its first key only, and no start makes a new key beside old secrets.
 * @throws MasterKeyProblem if the key is missing, unreadable or another one
 */
export async function loadMasterKey(pool: pg.Pool, dataDir: string, fromEnvironment?: string): Promise<MasterKey> {
  const { rows } = await pool.query<{ sealed: Buffer }>('select sealed from master_key_check');
  const known = rows[0]?.sealed;
  const file = join(dataDir, 'master.key');
  const secret =
    fromEnvironment !== undefined ? parseMasterKey(fromEnvironment) : await readKeyFile(file, known !== undefined);
  const key = new MasterKey(secret);
  const check = known ?? (await firstKey(pool, key));
  try {
    key.unwrap(check, CHECK);
  } catch {
    throw new MasterKeyProblem(
      `the master key (${fromEnvironment !== undefined ? 'MASTER_KEY' : file}) is not the one this database was sealed with: restore its key`,
    );
  }
  return key;
}

/** Of several processes that start at once, the first one sets the key. */
async function firstKey(pool: pg.Pool, key: MasterKey): Promise<Buffer> {
  const sealed = key.wrap(Buffer.from(CHECK), CHECK);
  await pool.query('insert into master_key_check (sealed) values ($1) on conflict do nothing', [sealed]);
  const { rows } = await pool.query<{ sealed: Buffer }>('select sealed from master_key_check');
  return rows[0]!.sealed;
}

async function readKeyFile(file: string, mustExist: boolean): Promise<Buffer> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (text !== undefined) return parseMasterKey(text, file);
  if (mustExist)
    throw new MasterKeyProblem(
      `the database holds sealed secrets, but there is neither MASTER_KEY nor ${file}: restore the key`,
    );
  await makeKeyFile(file);
  return parseMasterKey(await readFile(file, 'utf8'), file);
}

/** Makes the whole file or none, even if the process is killed. A file that another process made meanwhile stays. */
async function makeKeyFile(file: string): Promise<void> {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(32).toString('base64')}\n`);
    await handle.sync();
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await handle.close();
    await unlink(draft);
  }
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
