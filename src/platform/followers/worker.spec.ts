import { pino } from 'pino';
import {
  letterAnswered,
  type LetterFact,
  letterPosted,
  type LettersUnderTest,
  metadata,
  openLetters,
  until,
} from '../../../test/letters.js';
import { Locks } from '../database/locks.js';
import { type Position, StoreUnavailable } from '../log/event-store.js';
import { defineProjection, projectionFollower, table } from '../read-models/projection.js';
import { FollowerRunner } from './follow.js';
import { Leases } from './leases.js';
import type { Attempt, Due, Slots, Work } from './work.js';
import { Worker } from './worker.js';

interface UnansweredRow {
  letterId: string;
  to: string;
  position: string;
}

const unanswered = table<UnansweredRow>('unanswered', 1, {
  columns: { letterId: { type: 'text', primary: true }, to: { type: 'text' }, position: { type: 'text' } },
});
const lookup = defineProjection<LetterFact, { unanswered: UnansweredRow }>({
  name: 'unanswered',
  version: 1,
  tables: { unanswered },
  on: {
    LetterPosted: (rows, { data, position }) =>
      rows.unanswered.put({ letterId: data.letterId, to: data.to ?? '', position }),
    LetterAnswered: (rows, { data }) => rows.unanswered.remove({ letterId: data.letterId }),
  },
});

const logger = pino({ level: 'silent' });
const closing: (() => Promise<unknown>)[] = [];
let letters: LettersUnderTest;

beforeEach(async () => {
  letters = await openLetters(lookup);
  const locks = new Locks(letters.url);
  const runner = new FollowerRunner(letters.log, locks, letters.checkpoints, logger);
  runner.start([projectionFollower(letters.database, letters.checkpoints, lookup)]);
  closing.push(
    () => letters.close(),
    () => locks.close(),
    () => runner.stop(),
  );
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Do = (letterId: string, attempt: Attempt) => Promise<void>;
interface Process {
  worker: Worker<Due>;
  leases: Leases;
  locks: Locks;
}

/** A process that answers letters, with its own locks. */
function started(answer: Do, slots: Partial<Slots> = {}, more: Pick<Work<Due>, 'sharedOut'> = {}): Process {
  const locks = new Locks(letters.url);
  const leases = new Leases(letters.pool, locks);
  const worker = new Worker<Due>(
    {
      name: 'answering',
      lookup: lookup.id,
      due: `select "letterId" as key, "to" as lane, split_part("letterId", '-', 1) as person, position as since
        from ${unanswered.name}`,
      startedBy: ['LetterPosted'],
      restartedBy: ['LetterAnswered'],
      keyOf: ({ data }) => (data as { letterId: string }).letterId,
      slots: { all: 4, ofLane: 4, ofPerson: 4, ofPersonInLane: 4, ...slots },
      do: ({ key }, attempt) => answer(key, attempt),
      ...more,
    },
    { ...letters, leases, logger },
  );
  worker.start();
  closing.push(
    () => locks.close(),
    () => worker.stop(),
  );
  return { worker, leases, locks };
}

const post = (letterId: string, to?: string): Promise<unknown> =>
  letters.log.append(`letter-${letterId}`, 'no-stream', [letterPosted(letterId, to)], metadata);
const answered = async (letterId: string): Promise<Position> =>
  (await letters.log.append(`letter-${letterId}`, 0, [letterAnswered(letterId)], metadata)).position;

/** Resolves once the lookup lists so many letters; its table comes with its follower. */
const listed = (count: number): Promise<void> =>
  until(async () => {
    const { rows } = await letters.pool.query(`select to_regclass('${unanswered.name}') as found`);
    if (rows[0].found === null) return false;
    return (await letters.pool.query(`select 1 from ${unanswered.name}`)).rowCount === count;
  });

/** Rejects when the attempt is aborted. */
const untilAborted = ({ signal }: Attempt): Promise<never> =>
  new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  });

const many = <T>(make: (n: number) => T): T[] => Array.from({ length: 10 }, (_, n) => make(n));

describe('Worker', () => {
  it('does all work of the lookup, each key once over two processes', async () => {
    const done: string[] = [];
    const answer: Do = async (letterId) => {
      // The lookup of another process may list the letter for another moment.
      if ((await Array.fromAsync(letters.log.read(`letter-${letterId}`))).length > 1) return;
      await answered(letterId);
      done.push(letterId);
    };
    const ids = Array.from({ length: 20 }, (_, n) => `letter-${n}`);
    await post(ids[0]!);
    started(answer);
    started(answer);
    for (const id of ids.slice(1)) await post(id);
    await until(() => done.length === ids.length);
    expect(done.toSorted()).toEqual(ids.toSorted());
  });

  it.each<[string, Partial<Slots>, hanging: [letterId: string, to: string][], next: [letterId: string, to: string]]>([
    ['other lanes', { ofLane: 2 }, many((n) => [`eager-${n}`, 'dead']), ['eager-last', 'alive']],
    ['other lanes of many people', { ofLane: 2 }, many((n) => [`person${n}-1`, 'dead']), ['eager-last', 'alive']],
    ['other people', { ofPerson: 2 }, many((n) => [`eager-${n}`, `host${n}`]), ['ben-1', 'host1']],
    ['other people in the same lane', { ofPersonInLane: 2 }, many((n) => [`eager-${n}`, 'busy']), ['ben-1', 'busy']],
    [
      'other people behind a lane without room',
      { ofLane: 2, ofPerson: 3 },
      [...many((n): [string, string] => [`eager-${n}`, 'dead']), ['eager-a', 'a'], ['eager-b', 'b'], ['eager-c', 'c']],
      ['ben-1', 'd'],
    ],
  ])('leaves slots for %s', async (_, slots, hanging, next) => {
    const done: string[] = [];
    let attempted = 0;
    for (const [letterId, to] of hanging) await post(letterId, to);
    await listed(hanging.length);
    started(async (letterId, attempt) => {
      attempted++;
      if (letterId === next[0]) done.push(letterId);
      else await untilAborted(attempt);
    }, slots);
    await until(() => attempted >= 2);
    await post(...next);
    await until(() => done.length > 0);
    expect(done).toEqual([next[0]]);
  });

  it('begins with the people that have the least running work', async () => {
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const ids = ['eager-1', 'eager-2', 'eager-3', 'ben-1', 'cleo-1'];
    for (const letterId of ids) await post(letterId, letterId);
    await listed(ids.length);
    const answer: Do = (letterId) => {
      begun.push(letterId);
      return new Promise((resolve) => ends.set(letterId, resolve));
    };
    started(answer, { all: 2 });
    await until(() => begun.length === 2);
    ends.get('ben-1')!();
    await until(() => begun.length === 3);
    expect([begun.slice(0, 2).toSorted(), begun[2]]).toEqual([['ben-1', 'eager-1'], 'cleo-1']);
    for (const end of ends.values()) end();
  });

  it('takes over the work of a process that died', async () => {
    await post('one');
    let begun = 0;
    const dead = started(async (_, attempt) => {
      begun++;
      await untilAborted(attempt);
    });
    await until(() => begun === 1);
    const done: string[] = [];
    started(async (letterId) => {
      done.push(letterId);
      await answered(letterId);
    });
    await letters.pool.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = (hashtextextended('leases ' || $1, 7041957) & 4294967295)::bigint::oid`,
      [(await letters.pool.query<{ holder: string }>('select holder from leases')).rows[0]!.holder],
    );
    await dead.worker.stop();
    await until(() => done.length > 0);
    expect([begun, done]).toEqual([1, ['one']]);
  });

  it('pauses during an outage under its lease, shows the reason, and goes on', async () => {
    await post('one');
    let tries = 0;
    const { leases } = started(async (letterId) => {
      tries++;
      if (tries < 4) throw new StoreUnavailable(new Error('away'));
      await answered(letterId);
    });
    await until(async () => (await leases.list())[0]?.paused === 1);
    expect(await leases.list()).toEqual([{ name: 'answering', running: 0, paused: 1, reasons: ['log-not-answering'] }]);
    await until(async () => (await leases.list()).length === 0);
    expect(tries).toBeGreaterThanOrEqual(4); // 5 if the lookup learns of the answer late
  });

  it('restarts work when a fact changes its state, and not for facts that the work knows', async () => {
    await post('one');
    await post('two');
    const attempts: string[] = [];
    started(async (letterId, attempt) => {
      const n = attempts.push(letterId);
      if (letterId === 'two') attempt.knows('9'.repeat(20));
      if (letterId === 'two' || n <= 2) await untilAborted(attempt);
    });
    await until(() => attempts.length === 2);
    await answered('two');
    await answered('one');
    await until(() => attempts.length === 3);
    expect(attempts[2]).toBe('one');
  });

  it('goes on with other work after an error', async () => {
    await post('broken');
    await post('whole');
    const done: string[] = [];
    started((letterId) => {
      if (letterId === 'broken') throw new Error('a bug');
      return Promise.resolve(void done.push(letterId));
    });
    await until(() => done.includes('whole'));
  });

  it('stops with the process, and the next process goes on', async () => {
    const [stopped, done]: [string[], string[]] = [[], []];
    const { worker } = started(async (letterId, attempt) => {
      stopped.push(letterId);
      await untilAborted(attempt);
    });
    await post('one');
    await until(() => stopped.length === 1);
    await worker.stop();
    expect((await letters.pool.query('select 1 from leases')).rowCount).toBe(0);
    started((letterId) => Promise.resolve(void done.push(letterId)));
    await until(() => done.length > 0);
  });

  it('shares out work that lasts: processes that come get a part, and the others go on with the part of one that ends', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `letter-${n}`);
    for (const id of ids) await post(id);
    await listed(ids.length);
    const holders: Set<string>[] = [];
    const join = (): Process => {
      const held = new Set<string>();
      holders.push(held);
      const hold: Do = async (letterId, attempt) => {
        expect(holders.filter((each) => each.has(letterId))).toEqual([]);
        held.add(letterId);
        await untilAborted(attempt).finally(() => held.delete(letterId));
      };
      return started(hold, { all: 20, ofLane: 20, ofPerson: 20, ofPersonInLane: 20 }, { sharedOut: { atOnce: 5 } });
    };
    const sizes = (expected: number[]): Promise<void> =>
      until(() => JSON.stringify(holders.map(({ size }) => size)) === JSON.stringify(expected));
    const first = join();
    await sizes([12]);
    join();
    await sizes([6, 6]);
    join();
    await sizes([4, 4, 4]);
    expect(await first.leases.list()).toMatchObject([{ name: 'answering', running: 12 }]);
    await first.worker.stop();
    await sizes([0, 6, 6]);
  }, 30_000);

  it('takes work at once after a nudge', async () => {
    const done: string[] = [];
    const { worker } = started((letterId) => Promise.resolve(void done.push(letterId)));
    await until(() => {
      worker.nudge({ key: 'not-listed', lane: '', person: '' });
      return done.length > 0;
    });
    expect(done[0]).toBe('not-listed');
  });
});
