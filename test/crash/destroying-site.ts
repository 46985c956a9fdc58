import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { factShapes } from '../../src/all.events.js';
import { DestroyMessages, DestroyMessagesHandler } from '../../src/messages/destroy-messages.js';
import { KeptRecords } from '../../src/messages/kept-records.js';
import { messageKey, messageStream } from '../../src/messages/message.events.js';
import { MessageKeys } from '../../src/messages/message-keys.js';
import { bySystem } from '../../src/platform/commands/decide.js';
import { readConfig } from '../../src/platform/config.js';
import { openPlatform, type Platform } from '../../src/platform/open-platform.js';
import { allProjections } from '../../src/service.js';
import { taskIdFor, taskStream } from '../../src/tasks/task.events.js';
import { task } from '../../src/tasks/task.fold.js';
import { freshDatabase } from '../database.js';
import { recordedByReleaseBefore } from '../earlier-release.js';
import { taskCreated } from '../examples/crm-facts.js';
import { messageReceived } from '../examples/message-facts.js';
import { metadata } from '../letters.js';

const ACCOUNT = 'info';

/** A recorded message, and the title of its task. */
export interface Recorded {
  id: string;
  title: string;
  raw: Buffer;
  byReleaseBefore: boolean;
}

/** Parts on which the command works. */
export type Parts = Pick<Platform, 'decide' | 'keys' | 'blobs'>;

/** Destroys messages by a command, as a process of its own can do it too. */
export function destroy(platform: Platform, ids: readonly string[], parts: Parts = platform) {
  const { decide, keys, blobs } = parts;
  const kept = new KeptRecords(platform.log, decide, new MessageKeys(platform.master), keys, blobs);
  const command = new DestroyMessages(ACCOUNT, ids, 'for-good', bySystem('test', ACCOUNT));
  return new DestroyMessagesHandler(decide, kept, keys, blobs).execute(command);
}

export const openTool = (dataDir: string, databaseUrl: string): Promise<Platform> =>
  openPlatform(
    readConfig({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl }),
    pino({ level: 'silent' }),
    factShapes,
    allProjections(),
    'tool',
  );

/** Messages on record, without a service. */
export class DestroyingSite {
  private constructor(
    readonly platform: Platform,
    readonly dataDir: string,
    readonly databaseUrl: string,
    readonly close: () => Promise<void>,
  ) {}

  static async open(): Promise<DestroyingSite> {
    const database = await freshDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'mailroom-destroying-'));
    const platform = await openTool(dataDir, database.url);
    return new DestroyingSite(platform, dataDir, database.url, async () => {
      await platform.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    });
  }

  /** Messages in one pack, each with a task. A release before recorded every other one. */
  async record(count: number): Promise<Recorded[]> {
    const { keys, blobs, log } = this.platform;
    const all = Array.from({ length: count }, (_, n): Recorded & { name: string } => {
      const name = randomBytes(8).toString('hex');
      const raw = Buffer.from(
        `Message-ID: <${name}@x.example>\r\nSubject: ${name}\r\n\r\ntext of ${name}\r\n`.repeat(5),
      );
      return { id: randomBytes(16).toString('hex'), title: `Answer ${name}`, raw, name, byReleaseBefore: n % 2 === 1 };
    });
    for (const one of all.filter(({ byReleaseBefore }) => byReleaseBefore)) {
      const { raw, title, name } = one;
      const header = `<${name}@x.example>`;
      const mail = { accountId: ACCOUNT, folderId: 'inbox', raw, header, subject: name, title };
      const { messageId } = await recordedByReleaseBefore(this.platform, {
        ...mail,
        ...{ from: 'dora@x.example', date: '2026-03-02T09:00:00.000Z' },
      });
      one.id = messageId;
    }
    const fresh = all.filter(({ byReleaseBefore }) => !byReleaseBefore);
    const made = await keys.ensure(fresh.map(({ id }) => messageKey(id)));
    await blobs.keep(
      await Promise.all(
        fresh.map(async ({ id, raw }) => ({ blob: await blobs.write(raw), name: id, key: made.get(messageKey(id))! })),
      ),
    );
    for (const { id, title, raw } of fresh) {
      const hash = createHash('sha256').update(raw).digest('hex');
      const received = messageReceived({ accountId: ACCOUNT, messageId: id, hash });
      await log.append(messageStream(id), 'no-stream', [received], metadata);
      const taskId = taskIdFor(id);
      const created = taskCreated({ taskId, messageId: id, accountId: ACCOUNT, title });
      await log.append(taskStream(taskId), 'no-stream', [created], metadata);
    }
    return all;
  }

  /** Nothing of the message is readable any more, which is on record once; its task has its title. */
  async isDestroyed(one: Recorded): Promise<void> {
    const { keys, blobs, log, database } = this.platform;
    const facts = await Array.fromAsync(log.read(messageStream(one.id)));
    const types = facts.map(({ type }) => type);
    const expected = ['MessageReceived', ...(one.byReleaseBefore ? ['MessageKeysTaken'] : []), 'MessageDestroyed'];
    assert.deepEqual(types, expected);
    if (one.byReleaseBefore) assert.equal(typeof (facts[1]!.data as { identityKey: unknown }).identityKey, 'string');
    assert.equal((facts[0]!.data as { subject: unknown }).subject, null);
    assert.equal((await keys.find([messageKey(one.id)])).size, 0);
    const rows: unknown[] = await database.query(
      'select name from blobs where name = $1 union all select name from retired_blobs where name = $1',
      [one.id],
    );
    assert.deepEqual(rows, []);
    assert.equal(await blobs.has(one.id), false);
    await this.hasTitle(one);
  }

  /** The message is readable, with its bytes. */
  async isWhole(one: Recorded): Promise<void> {
    const { keys, blobs } = this.platform;
    const key = (await keys.find([messageKey(one.id)])).get(messageKey(one.id))!;
    const hash = createHash('sha256').update(one.raw).digest('hex');
    assert.deepEqual(await blobs.read(one.id, key, hash), one.raw);
    await this.hasTitle(one);
  }

  private async hasTitle({ id, title, byReleaseBefore }: Recorded): Promise<void> {
    const { state } = await this.platform.decide.load(taskStream(taskIdFor(id)), task);
    assert.equal(
      'title' in state ? state.title : state.status,
      title,
      byReleaseBefore ? 'of a release before' : 'of now',
    );
  }
}
