import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { Checkpoints } from '../src/platform/followers/checkpoints.js';
import { DataKeys } from '../src/platform/secrets/data-keys.js';
import { connectDatabase, poolOf } from '../src/platform/database/database.js';
import type { Origin } from '../src/platform/commands/decide.js';
import type { Decider, Fact, FactShapes } from '../src/platform/domain.js';
import { Refused } from '../src/platform/domain.js';
import { FactLog } from '../src/platform/log/fact-log.js';
import { MasterKey } from '../src/platform/secrets/master-key.js';
import { PostgresLog } from '../src/platform/log/postgres-log.js';
import type { Projection } from '../src/platform/read-models/projection.js';
import { freshDatabase } from './database.js';

/** Facts of no slice, for tests of the platform. */
export type LetterPosted = Fact<'LetterPosted', { letterId: string; to: string | null; text?: string | null }>;
export type LetterAnswered = Fact<'LetterAnswered', { letterId: string }>;
export type LetterFact = LetterPosted | LetterAnswered;

export const letterShapes: FactShapes<LetterFact> = {
  LetterPosted: { v: 1, personal: { key: ({ letterId }) => letterId, fields: ['to', 'text'] } },
  LetterAnswered: { v: 1 },
};

export const letterPosted = (letterId: string, to = 'ada'): LetterPosted => ({
  type: 'LetterPosted',
  data: { letterId, to },
});
export const letterAnswered = (letterId: string): LetterAnswered => ({ type: 'LetterAnswered', data: { letterId } });

export type Letter = 'absent' | 'posted' | 'answered';

export const letter: Decider<Letter, LetterFact> = {
  initial: 'absent',
  evolve: (_, fact) => (fact.type === 'LetterPosted' ? 'posted' : 'answered'),
};

export const answer =
  (letterId: string) =>
  (state: Letter): LetterFact[] => {
    if (state === 'absent') throw new Refused('letter-not-found', 'not-found');
    return state === 'answered' ? [] : [letterAnswered(letterId)];
  };

export const origin: Origin = {
  actor: { id: 'ada', role: 'user' },
  by: 'user:ada',
  via: 'web',
  correlationId: '5d3b2c7e-6c53-4d0a-9a55-0d1c7ad1c6f1',
  causationId: null,
  commandId: 'one',
};

/** Metadata of facts that tests append without a decision. */
export const metadata = {
  by: origin.by,
  via: origin.via,
  at: '2026-01-31T12:00:00.000Z',
  correlationId: origin.correlationId,
  causationId: null,
};

export interface LettersUnderTest {
  url: string;
  database: DataSource;
  pool: pg.Pool;
  store: PostgresLog;
  keys: DataKeys;
  log: FactLog;
  checkpoints: Checkpoints;
  close(): Promise<void>;
}

/** The log of letters in a database of its own. */
export async function openLetters(...projections: Projection[]): Promise<LettersUnderTest> {
  const test = await freshDatabase();
  const entities = projections.flatMap(({ tables }) => Object.values(tables).map(({ entity }) => entity));
  const database = await connectDatabase(test.url, entities);
  const pool = poolOf(database);
  const store = await PostgresLog.open(test.url, pool);
  const keys = new DataKeys(pool, new MasterKey(Buffer.alloc(32, 1)));
  return {
    url: test.url,
    database,
    pool,
    store,
    keys,
    log: new FactLog(store, keys, letterShapes as never),
    checkpoints: new Checkpoints(pool, await store.identity()),
    close: async () => {
      await store.close();
      await database.destroy();
      await test.drop();
    },
  };
}

/** Resolves once `condition` holds. Without limit of its own: the time limit of the test ends it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
