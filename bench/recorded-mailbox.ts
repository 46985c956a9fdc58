import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { mailboxTables } from '../projections/mailbox-view/mailbox-tables.js';
import { mailboxView } from '../projections/mailbox-view/mailbox-view.js';
import { type AccountEvent, accountStream, SENDING_AT_FIRST } from '../src/accounts/account.events.js';
import { factShapes } from '../src/all.events.js';
import type { MessageEvent } from '../src/messages/message.events.js';
import { messageStream } from '../src/messages/message.events.js';
import { Checkpoints } from '../src/platform/followers/checkpoints.js';
import { DataKeys } from '../src/platform/secrets/data-keys.js';
import type { EventStore } from '../src/platform/log/event-store.js';
import { FactLog } from '../src/platform/log/fact-log.js';
import { Locks } from '../src/platform/database/locks.js';
import { MasterKey, parseMasterKey } from '../src/platform/secrets/master-key.js';
import { PostgresLog } from '../src/platform/log/postgres-log.js';
import { rebuild } from '../src/platform/read-models/rebuild.js';
import { connected, type Ground } from './ground.js';
import { MASTER_KEY } from './service-process.js';

export const ACCOUNT = 'a'.repeat(32);
const AT_ONCE = 1000;
const SECOND_MS = 1000;

const hex = (n: number): string => n.toString(16).padStart(32, '0');

const server = { host: 'mail.example.test', port: 993, security: 'tls' as const };
export const accountAdded = (accountId: string, address: string): Extract<AccountEvent, { type: 'AccountAdded' }> => ({
  type: 'AccountAdded',
  data: {
    accountId,
    owner: null,
    passwordVersion: 1,
    settings: {
      address,
      name: 'Anna',
      login: 'anna',
      incoming: server,
      outgoing: server,
      sendOnly: false,
      createContacts: false,
      createContactsFrom: 'people',
      createTasks: false,
      keepServerCopies: true,
      fetchSince: null,
      sentFolder: null,
      draftsFolder: null,
      notify: true,
      header: null,
      signature: null,
      ...SENDING_AT_FIRST,
    },
  },
});

/** The n-th message of an invented mailbox, as large as a real fact. */
function messageReceived(n: number): MessageEvent {
  const at = new Date(Date.UTC(2020, 0, 1) + n * 60 * SECOND_MS).toISOString();
  const from = { name: `Person ${n % 800}`, address: `person${n % 800}@company${n % 90}.example` };
  return {
    type: 'MessageReceived',
    data: {
      accountId: ACCOUNT,
      messageId: hex(n),
      threadId: hex(n - (n % 3)),
      folderId: 'f'.repeat(32),
      uidValidity: '1700000000',
      uid: n + 1,
      hash: hex(n).repeat(2),
      size: 20_000 + n,
      receivedAt: at,
      seen: n % 4 !== 0,
      flagged: false,
      answered: false,
      forwarded: false,
      deleted: false,
      arrival: 'import',
      automatic: null,
      parsed: true,
      author: 'from',
      senderKey: hex(n % 800),
      reactionKey: hex(n),
      conversationKeys: [hex(n - (n % 3)), hex(n)],
      peopleKeys: [hex(n % 800), hex(1)],
      header: `<${n}.${hex(n)}@company${n % 90}.example>`,
      inReplyTo: null,
      references: [],
      from,
      to: [{ name: 'Anna', address: 'anna@example.test' }],
      cc: [],
      replyTo: [],
      subject: `Your order ${n} of last week, and when it will be delivered`,
      date: at,
      preview:
        'Please find attached the invoice for the order of last week. We would be glad about your reply. '.repeat(2),
      attachments:
        n % 6 === 0
          ? [
              {
                index: 0,
                filename: 'invoice.pdf',
                contentType: 'application/pdf',
                size: 90_000,
                inline: false,
                contentId: null,
              },
            ]
          : [],
      reactions: { createContacts: false, createContactsFrom: 'people', createTasks: false, notify: false },
    },
  };
}

const withoutSealing = Object.fromEntries(Object.entries(factShapes).map(([type, { v }]) => [type, { v }]));

/** A log with the facts of a mailbox, and the database of its followers. */
export interface RecordedMailbox {
  url: string;
  count: number;
  database: DataSource;
  pool: pg.Pool;
  store: EventStore;
  log: FactLog;
}

/** @param store the log; default: a log in the database */
export async function recordedLog(
  ground: Ground,
  { sealed = true, store }: { sealed?: boolean; store?: EventStore | undefined } = {},
): Promise<RecordedMailbox> {
  const url = await ground.database();
  const { database, pool } = await connected(ground, url);
  const own = store ?? (await PostgresLog.open(url, pool));
  ground.atTheEnd(() => own.close());
  await own.identity(); // writes the first record of a log, like the service
  const keys = new DataKeys(pool, new MasterKey(parseMasterKey(MASTER_KEY)));
  const log = new FactLog(own, keys, sealed ? factShapes : withoutSealing);
  return { url, count: 0, database, pool, store: own, log };
}

/** @param store the log; default: a log in the database */
export async function recordMailbox(
  ground: Ground,
  { sealed = true, store }: { sealed?: boolean; store?: EventStore } = {},
): Promise<RecordedMailbox> {
  const count = ground.small ? 5000 : 100_000;
  const recorded = await recordedLog(ground, { sealed, store });
  const { log, pool } = recorded;
  const origin = {
    by: 'system',
    via: 'mail-worker',
    at: new Date().toISOString(),
    correlationId: randomUUID(),
    causationId: null,
  };
  await log.append(accountStream(ACCOUNT), 'no-stream', [accountAdded(ACCOUNT, 'anna@example.test')], origin);
  ground.say(`recording ${count} messages, ${sealed ? 'sealed' : 'in clear'}`);
  for (let at = 0; at < count; at += AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, n) =>
        log.append(messageStream(hex(at + n)), 'no-stream', [messageReceived(at + n)], origin),
      ),
    );
  await pool.query('analyze');
  return { ...recorded, count };
}

/** Rebuilds the mailbox view. @returns facts per second */
export async function rebuilt({ url, count, database, pool, store, log }: RecordedMailbox): Promise<number> {
  const locks = new Locks(url);
  const begun = performance.now();
  const checkpoints = new Checkpoints(pool, await store.identity());
  await rebuild({ database, log, locks, checkpoints }, mailboxView);
  const seconds = (performance.now() - begun) / 1000;
  await locks.close();
  const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from "${mailboxTables.messages.name}"`);
  if (rows[0]!.n !== count) throw new Error(`the mailbox view has ${rows[0]!.n} of ${count} messages`);
  return count / seconds;
}
