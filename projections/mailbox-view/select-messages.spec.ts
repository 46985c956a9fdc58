import { NO_WORDS } from '../../src/mail/reading/search-words-of-blob.js';
import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import { inTransaction, poolOf } from '../../src/platform/database/database.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { mailSearch, searchTable } from '../mail-search/mail-search.js';
import { searchQuery } from '../mail-search/search-query.js';
import { reading, readingTables } from '../reading/reading.js';
import { selectDays } from './count-by-day.js';
import { SELECT_FOLDERS } from './list-folders.js';
import { mailboxTables } from './mailbox-tables.js';
import { mailboxView } from './mailbox-view.js';
import type { Wanted } from './message-ranges.js';
import { READ_IN_ORDER, selectMessages } from './select-messages.js';

const MANY = 20_000;
const PAGE = 50;
/** Maximum of rows that one step of the plan may read: a few pages, not the mailbox. */
const FEW = 10 * PAGE;

interface Plan {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const minute = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();
const paddedId = (n: number): string => String(n).padStart(8, '0');
const deep = { receivedAt: minute(100), id: paddedId(100) };

/**
 * Every second message of `big` is in the folder `later` too, every fourth is unread, every third is about roses, and
 * Ben has not read every sixth.
 */
async function fill(under: ProjectionsUnderTest): Promise<void> {
  await under.database.query(
    `insert into ${mailboxTables.messages.name}
       (id, "accountId", "threadId", "folderId", position, "receivedAt", "isInInbox", "isSent", "isReceived", seen,
        "isInOutbox", "isCancelled", "isDraftHere", flagged, answered, forwarded, size, hash, parsed, content)
     select lpad(n::text, 8, '0'), case when n % 10 = 0 then 'small' else 'big' end, 't', 'inbox', lpad(n::text, 20, '0'),
       timestamptz '2026-01-01T00:00:00Z' + n * interval '1 minute', false, n % 5 = 0, true, n % 4 <> 0, false,
       false, false, false, false, false, 1, '', true, '{}'
     from generate_series(1, $1::int) n`,
    [MANY],
  );
  await under.database.query(
    `insert into ${mailboxTables.places.name} ("folderId", "uidValidity", uid, "messageId", deleted)
     select 'inbox', '1', id::int, id, false from ${mailboxTables.messages.name}
     union all
     select 'later', '1', id::int, id, false from ${mailboxTables.messages.name} where right(id, 1)::int % 2 = 1`,
  );
  await under.database.query(
    `insert into ${mailboxTables.folders.name} (id, "accountId", path, name, selectable, fetched, "onServer")
     select id, 'big', id, id, true, true, true from unnest(array['inbox', 'later']) id`,
  );
  await under.database.query(
    `insert into ${searchTable.name} ("messageId", "accountId", "receivedAt", words, text)
     select id, "accountId", "receivedAt",
       (case when id::int % 3 = 0 then 'rose ' else 'oak ' end || ''':in:' || "accountId" || '''')::tsvector, 'read'
     from ${mailboxTables.messages.name}`,
  );
}

async function fillReading(under: ProjectionsUnderTest): Promise<void> {
  await under.database.query(
    `insert into ${readingTables.unread.name} ("messageId", "userId", "accountId", "receivedAt", position)
     select id, reader, "accountId", "receivedAt", position
     from ${mailboxTables.messages.name} cross join unnest(array['ben', 'emil']) reader where reader = 'emil' or id::int % 6 = 1`,
  );
}

const steps = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(steps)];
const rowsRead = (plan: Plan): number =>
  Math.max(
    ...steps(plan).map((step) => (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops']),
  );

describe('a page of messages', () => {
  let under: ProjectionsUnderTest;
  beforeAll(async () => {
    const bodies = {
      sealed: () => Promise.resolve('erased' as const),
      report: () => Promise.resolve('damaged' as const),
    };
    const search = mailSearch(bodies, { searchWords: () => Promise.resolve({ words: NO_WORDS, state: 'read' }) });
    under = await ProjectionsUnderTest.open(mailboxView, reading, search, whoMayDoWhat);
    await fill(under);
    await fillReading(under);
  });
  afterAll(() => under.close());

  const reader = 'ben';
  const both = { reader, boxes: ['received', 'sent'], limit: PAGE + 1 } as const;
  const lists: Record<string, Wanted> = {
    'of one account': { ...both, accounts: ['big'] },
    'of one box': { ...both, accounts: ['big'], boxes: ['received'] },
    'of several accounts': { ...both, accounts: ['big', 'small', 'none'] },
    'of all accounts': { ...both, accounts: 'all' },
    'of unread messages': { ...both, accounts: ['big'], unread: true },
    'of messages unread by the reader': { ...both, accounts: ['big'], unreadByMe: true },
    'of messages of several accounts unread by the reader': { ...both, accounts: ['big', 'small'], unreadByMe: true },
    'of messages of all accounts unread by the reader': { ...both, accounts: 'all', unreadByMe: true },
    'of messages that the reader has read': { ...both, accounts: ['big'], unreadByMe: false },
    'of messages in a folder unread by the reader': {
      reader,
      limit: PAGE + 1,
      accounts: ['big'],
      folders: ['later'],
      unreadByMe: true,
    },
    'of a folder': { reader, limit: PAGE + 1, accounts: ['big'], folders: ['inbox'] },
    'of a folder that messages came to later': { reader, limit: PAGE + 1, accounts: ['big'], folders: ['later'] },
    'of a time': { ...both, accounts: ['big'], since: new Date(minute(10)), before: new Date(minute(MANY - 10)) },
  };

  const run = <R extends object>(wanted: Wanted, prefix = ''): Promise<R[]> => {
    const { text, values } = selectMessages(wanted);
    expect(text).not.toMatch(/\boffset\b/i);
    return inTransaction(poolOf(under.database), async (client) => {
      if (wanted.search === undefined) await client.query(READ_IN_ORDER);
      return (await client.query<R>(prefix + text, values)).rows;
    });
  };
  const read = async (wanted: Wanted): Promise<number> => {
    const [row] = await run<{ 'QUERY PLAN': [{ Plan: Plan }] }>(wanted, 'explain (analyze, format json) ');
    return rowsRead(row!['QUERY PLAN'][0].Plan);
  };

  it.each(Object.entries(lists))('%s reads few rows, also far from the first page', async (_, wanted) => {
    expect(await read(wanted)).toBeLessThan(FEW);
    expect(await read({ ...wanted, after: deep })).toBeLessThan(FEW);
  });

  const searches: Record<string, Wanted> = {
    'found in one account': { ...both, accounts: ['big'], search: searchQuery({ q: 'ros', accounts: ['big'] })! },
    'found in several accounts': {
      ...both,
      accounts: ['big', 'small'],
      search: searchQuery({ q: 'oak', accounts: ['big', 'small'] })!,
    },
    'found in all accounts': { ...both, accounts: 'all', search: searchQuery({ q: 'rose', accounts: 'all' })! },
    'found unread by a reader': {
      ...both,
      accounts: ['big'],
      unreadByMe: true,
      search: searchQuery({ q: 'oak', accounts: ['big'] })!,
    },
    'found in a folder': {
      reader,
      limit: PAGE + 1,
      accounts: 'all',
      folders: ['later'],
      search: searchQuery({ q: 'oak', accounts: 'all' })!,
    },
  };

  describe.each(['without', 'with'])('%s statistics', (statistics) => {
    beforeAll(async () => {
      if (statistics === 'with') await under.database.query('analyze');
    });
    const explained = async ({ text, values }: { text: string; values?: unknown[] }): Promise<Plan> => {
      const { rows } = await poolOf(under.database).query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, format json) ${text}`,
        values,
      );
      return rows[0]!['QUERY PLAN'][0].Plan;
    };

    it.each(Object.entries({ ...lists, ...searches }))('the days %s are counted in one go', async (_, wanted) => {
      expect(rowsRead(await explained(selectDays(wanted)))).toBeLessThan(5 * MANY);
    });

    it('the messages of all folders are counted in one go', async () => {
      expect(rowsRead(await explained({ text: SELECT_FOLDERS, values: ['big'] }))).toBeLessThan(5 * MANY);
    });
  });

  it.each(Object.entries({ ...lists, ...searches }))('%s equals its part of the whole list', async (_, wanted) => {
    const idsOf = async (each: Wanted): Promise<string[]> => (await run<{ id: string }>(each)).map(({ id }) => id);
    const whole = await idsOf({ ...wanted, limit: MANY });
    expect(whole).toEqual([...new Set(whole)].sort().reverse());
    const after = whole[1000]!;
    expect(await idsOf({ ...wanted, after: { receivedAt: minute(Number(after)), id: after } })).toEqual(
      whole.slice(1001, 1001 + PAGE + 1),
    );
  });
});
