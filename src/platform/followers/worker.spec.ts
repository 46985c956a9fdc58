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
import type { Attempt, Due } from './work.js';
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
function started(answer: Do, slots = 4, slotsPerLane = 4): Process {
  const locks = new Locks(letters.url);
  const leases = new Leases(letters.pool, locks);
  const worker = new Worker<Due>(
    {
      name: 'answering',
      lookup: lookup.id,
      due: `select "letterId" as key, "to" as lane, position as since from ${unanswered.name}`,
      startedBy: ['LetterPosted'],
      restartedBy: ['LetterAnswered'],
      keyOf: ({ data }) => (data as { letterId: string }).letterId,
      slots,
      slotsPerLane,
      do: ({ key }, attempt) => answer(key, attempt),
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

/** Rejects when the attempt is aborted. */
const untilAborted = ({ signal }: Attempt): Promise<never> =>
  new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  });

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

  it('leaves slots for other lanes when more work of one lane hangs than there are slots', async () => {
    const [hanging, done]: [string[], string[]] = [[], []];
    for (let n = 0; n < 10; n++) await post(`dead-${n}`, 'dead');
    await post('alive', 'alive');
    const hang: Do = async (letterId, attempt) => {
      hanging.push(letterId);
      await untilAborted(attempt);
    };
    started(
      (letterId, attempt) => {
        if (letterId !== 'alive') return hang(letterId, attempt);
        return Promise.resolve(void done.push(letterId));
      },
      4,
      2,
    );
    await until(() => done.length > 0 && hanging.length > 1);
    expect(hanging).toHaveLength(2);
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
    started((letterId) => Promise.resolve(void done.push(letterId)));
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
    expect(tries).toBe(4);
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

  it('takes work at once after a nudge', async () => {
    const done: string[] = [];
    const { worker } = started((letterId) => Promise.resolve(void done.push(letterId)));
    await until(() => {
      worker.nudge({ key: 'not-listed', lane: '' });
      return done.length > 0;
    });
    expect(done[0]).toBe('not-listed');
  });
});
