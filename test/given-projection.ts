import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import type { AnyFact } from '../src/all.events.js';
import { Access } from '../src/access/access.js';
import { Checkpoints } from '../src/platform/followers/checkpoints.js';
import { Heartbeats } from '../src/platform/followers/heartbeats.js';
import { connectDatabase, inTransaction, poolOf } from '../src/platform/database/database.js';
import type { Recorded } from '../src/platform/log/fact-log.js';
import { createTables } from '../src/platform/read-models/projection-tables.js';
import { type Projection, projectionFollower, stepsOf } from '../src/platform/read-models/projection.js';
import { writeRows } from '../src/platform/read-models/write-rows.js';
import { freshDatabase } from './database.js';
import { recorded, type Told } from './examples/recorded.js';

export type RowsByTable = Record<string, Record<string, unknown>[]>;

const LOG_ID = '5d3b2c7e-6c53-4d0a-9a55-0d1c7ad1c6f1';

/** Projections on a database of their own. */
export class ProjectionsUnderTest {
  readonly access: Access;

  private constructor(
    readonly database: DataSource,
    readonly checkpoints: Checkpoints,
    private readonly projections: readonly Projection[],
    readonly close: () => Promise<void>,
  ) {
    this.access = new Access(poolOf(database), checkpoints, new Heartbeats(poolOf(database), LOG_ID));
  }

  static async open(...projections: Projection[]): Promise<ProjectionsUnderTest> {
    const test = await freshDatabase();
    const entities = projections.flatMap(({ tables }) => Object.values(tables).map(({ entity }) => entity));
    const database = await connectDatabase(test.url, entities, 4);
    for (const projection of projections) await createTables(database, projection);
    return new ProjectionsUnderTest(database, new Checkpoints(poolOf(database), LOG_ID), projections, async () => {
      await database.destroy();
      await test.drop();
    });
  }

  /** Delivers facts to every projection in one batch, past its checkpoint: a second call is a second delivery. */
  async deliver(facts: readonly Recorded[]): Promise<void> {
    await this.write(facts);
  }

  /** Empties the tables and follows the facts from the start. @param cuts numbers of facts after which a batch ends */
  async rebuild(facts: readonly Recorded[], cuts: readonly number[] = []): Promise<void> {
    await this.empty();
    const ends = [...new Set([...cuts, facts.length])].sort((a, b) => a - b);
    for (const projection of this.projections) {
      const follower = projectionFollower(this.database, this.checkpoints, projection);
      let at = await this.checkpoints.begin(projection.id);
      for (const [n, end] of ends.entries()) {
        const batch = facts.slice(ends[n - 1] ?? 0, end);
        const mine = batch.filter(({ type }) => follower.types.includes(type));
        const to = batch.at(-1)?.position ?? at;
        if (!(await follower.handle(mine, at, to, end === facts.length)))
          throw new Error('another process moved the checkpoint');
        at = to;
      }
    }
  }

  /** Empties the tables and writes all facts at once, new rows always by COPY, even a few. */
  async copy(facts: readonly Recorded[]): Promise<void> {
    await this.empty();
    await this.write(facts, 1);
  }

  private async write(facts: readonly Recorded[], copyFrom?: number): Promise<void> {
    for (const projection of this.projections) {
      const steps = await stepsOf(projection, facts);
      await inTransaction(poolOf(this.database), async (client) => {
        for (const step of steps) await writeRows(client, step, copyFrom);
      });
    }
  }

  async empty(): Promise<void> {
    const names = this.projections.flatMap(({ tables }) => Object.values(tables).map(({ name }) => `"${name}"`));
    await this.database.query(`truncate checkpoints, ${names.join(', ')}`);
  }

  /** All rows of a projection by table, in the order of their keys. */
  async rows(projection: Projection): Promise<RowsByTable> {
    const byTable: RowsByTable = {};
    for (const [title, { name, key }] of Object.entries(projection.tables)) {
      const order = key.map((column) => `"${column}"`).join(', ');
      byTable[title] = await this.database.query(`select * from "${name}" order by ${order}`);
    }
    return byTable;
  }
}

/** Facts, the last of the tested type, and the expected rows of the named tables, for `toMatchObject`. */
export interface Case {
  given: (AnyFact | Told)[];
  rows: Record<string, object[]>;
}

/**
 * The strict rule of read models: every fact that the projection handles has a case, each case is delivered twice, and
 * a rebuild from all cases gives equal rows, however the log is cut into batches.
 */
export function everyFactHasACase(projection: Projection, cases: Record<string, Case>): void {
  describe(`the projection ${projection.id}`, () => {
    let under: ProjectionsUnderTest;
    beforeAll(async () => (under = await ProjectionsUnderTest.open(projection)));
    beforeEach(() => under.empty());
    afterAll(() => under.close());

    it('has a case for every fact that it handles', () => {
      expect(Object.keys(cases).sort()).toEqual(Object.keys(projection.on).sort());
    });

    it.each(Object.entries(cases))('shows %s, also after a second delivery', async (type, { given, rows }) => {
      const facts = recorded(given);
      expect(facts.at(-1)?.type).toBe(type);
      await under.deliver(facts);
      const once = await under.rows(projection);
      expect(once).toMatchObject(rows);
      await under.deliver(facts.slice(-1));
      expect(await under.rows(projection)).toEqual(once);
      await under.deliver(facts);
      expect(await under.rows(projection)).toEqual(once);
    });

    it('has equal rows however the log is cut into batches', async () => {
      const facts = recorded(Object.values(cases).flatMap(({ given }) => given));
      await under.rebuild(facts, Array.from(facts.keys()));
      const oneByOne = await under.rows(projection);
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(fc.nat(facts.length)), async (cuts) => {
          await under.rebuild(facts, cuts);
          expect(await under.rows(projection)).toEqual(oneByOne);
        }),
        { numRuns: 15 },
      );
      await under.copy(facts);
      expect(await under.rows(projection)).toEqual(oneByOne);
    });
  });
}
