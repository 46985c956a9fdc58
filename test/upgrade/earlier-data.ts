import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { passwordName } from '../../src/accounts/account.events.js';
import { factShapes } from '../../src/all.events.js';
import type { MessageContent } from '../../src/messages/message.events.js';
import { readConfig } from '../../src/platform/config.js';
import { poolOf } from '../../src/platform/database/database.js';
import type { EventStore, FactMetadata, StoredFact } from '../../src/platform/log/event-store.js';
import { FactLog } from '../../src/platform/log/fact-log.js';
import { insertFacts } from '../../src/platform/moving/append-facts.js';
import { openPlatform, type Platform } from '../../src/platform/open-platform.js';
import { FOUND } from '../crash/whole-log.js';
import { freshDatabase } from '../database.js';
import { LETTERS, PASSWORD } from './earlier-mailbox.js';

/** A fact as the release wrote it, with its personal fields in clear text. */
export interface EarlierFact {
  id: string;
  stream: string;
  type: string;
  /** version of its shape */
  v: number;
  data: Record<string, unknown>;
  metadata: Omit<FactMetadata, 'v'>;
}

/** Its keys are in the facts. */
export const MASTER_KEY = '07'.repeat(32);
/** Ports in the facts. */
const [FIRST_PORT, SECOND_PORT] = [11143, 12143];
const SAGAS = [
  'create-company-when-message-received',
  'create-contact-when-message-received',
  'create-task-when-message-received',
  'erase-person-when-requested',
  'erase-secrets-when-account-removed',
  'join-conversations-when-message-found',
];
const ERASED = new Set(['MessageErased', 'TaskErased', 'ContactErased', 'CompanyErased']);

/** Facts of a service at commit ce228c0 that fetched the mailboxes of `earlier-mailbox.ts`; one in each line. */
export async function factsOfReleaseBefore(ports: { first: number; second: number }): Promise<EarlierFact[]> {
  const text = await readFile(join('test', 'examples', 'facts-of-ce228c0.jsonl'), 'utf8');
  return text
    .replaceAll(`"port":${FIRST_PORT}`, `"port":${ports.first}`)
    .replaceAll(`"port":${SECOND_PORT}`, `"port":${ports.second}`)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as EarlierFact);
}

/** A database and a folder as a service of an earlier release leaves them, without its read models. */
export class EarlierData {
  private constructor(
    /** of a service that starts on them */
    readonly env: Record<string, string>,
    private readonly drop: () => Promise<void>,
  ) {}

  /** @param letters raw bytes of the messages in the facts */
  static async write(facts: readonly EarlierFact[], letters: readonly Buffer[] = LETTERS): Promise<EarlierData> {
    const database = await freshDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'mailroom-earlier-'));
    const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, MASTER_KEY };
    const data = new EarlierData(env, async () => {
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    });
    const platform = await openPlatform(readConfig(env), pino({ level: 'silent' }), factShapes, [], 'tool');
    try {
      await append(platform, facts);
      await keepBytes(platform, facts, letters);
      await destroyKeys(platform, facts);
      await keepPasswords(platform, facts);
      await endSagas(platform);
      return data;
    } catch (error) {
      await data.remove();
      throw error;
    } finally {
      await platform.close();
    }
  }

  async remove(): Promise<void> {
    await this.drop();
  }
}

/** Seals the facts as that release did, and writes them in their order. */
async function append({ keys, database }: Platform, facts: readonly EarlierFact[]): Promise<void> {
  const sealed: StoredFact[] = [];
  const revisions = new Map<string, number>();
  for (const { id, stream, type, v, data, metadata } of facts) {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const position = String(sealed.length + 1);
    const store: Pick<EventStore, 'append'> = {
      append: (_, __, [fact]) => {
        sealed.push({ ...fact!, stream, revision, position });
        return Promise.resolve({ revision, position });
      },
    };
    const { key } = metadata;
    const personal =
      key === undefined ? {} : { personal: { key: () => key, fields: factShapes[type]!.personal!.fields } };
    await new FactLog(store as EventStore, keys, { [type]: { v, ...personal } }).append(
      stream,
      revision - 1,
      [{ type, data }],
      metadata,
      [id],
    );
  }
  await insertFacts(poolOf(database), Readable.from(sealed));
}

const hashOf = (raw: Buffer): string => createHash('sha256').update(raw).digest('hex');

async function keepBytes(
  { keys, blobs }: Platform,
  facts: readonly EarlierFact[],
  letters: readonly Buffer[],
): Promise<void> {
  const byHash = new Map(letters.map((raw) => [hashOf(raw), raw]));
  const found = facts.filter(({ type, data }) => (FOUND as readonly string[]).includes(type) && data.header !== null);
  const named = found.map(({ data, metadata }) => ({ ...(data as unknown as MessageContent), key: metadata.key! }));
  const sealedBy = await keys.ensure(named.map(({ key }) => key));
  await blobs.keep(
    await Promise.all(
      named.map(async ({ messageId, hash, key }) => ({
        blob: await blobs.write(byHash.get(hash)!),
        name: messageId,
        key: sealedBy.get(key)!,
      })),
    ),
  );
}

async function destroyKeys({ keys }: Platform, facts: readonly EarlierFact[]): Promise<void> {
  const erased = new Set(facts.filter(({ type }) => ERASED.has(type)).map(({ stream }) => stream));
  await keys.destroy(facts.flatMap(({ stream, metadata: { key } }) => (key && erased.has(stream) ? [key] : [])));
}

async function keepPasswords({ vault }: Platform, facts: readonly EarlierFact[]): Promise<void> {
  for (const { type, data } of facts) {
    if (type !== 'AccountAdded' && type !== 'PasswordChanged') continue;
    const name = passwordName(data.accountId as string);
    await vault.settle(name, await vault.keep(name, PASSWORD));
  }
}

/** The sagas had read the whole log. */
async function endSagas({ store, database }: Platform): Promise<void> {
  await poolOf(database).query(
    'insert into checkpoints (name, log, position) select name, $2, $3 from unnest($1::text[]) name',
    [SAGAS, await store.identity(), await store.head()],
  );
}
