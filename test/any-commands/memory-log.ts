import {
  type Appended,
  type ExpectedRevision,
  type FactMetadata,
  type ReadOptions,
  WrongExpectedRevision,
} from '../../src/platform/log/event-store.js';
import type { Fact } from '../../src/platform/domain.js';
import type { FactLog, Recorded } from '../../src/platform/log/fact-log.js';
import { idOf, positionOf } from '../examples/recorded.js';

/** A log in an array. */
export class MemoryLog {
  constructor(readonly facts: Recorded[] = []) {}

  of(stream: string): Recorded[] {
    return this.facts.filter((fact) => fact.stream === stream);
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    facts: readonly Fact[],
    origin: Omit<FactMetadata, 'v' | 'key'>,
  ): Promise<Appended> {
    const last = this.of(stream).length - 1;
    if (last !== (expected === 'no-stream' ? -1 : expected)) throw new WrongExpectedRevision(stream, expected, last);
    for (const [n, fact] of facts.entries()) {
      const at = this.facts.length;
      const metadata = { ...origin, v: 1 };
      this.facts.push({ ...fact, id: idOf(at), stream, revision: last + 1 + n, position: positionOf(at), metadata });
    }
    return Promise.resolve({ revision: last + facts.length, position: positionOf(this.facts.length - 1) });
  }

  async *read(stream: string, { from = 0 }: ReadOptions = {}): AsyncGenerator<Recorded> {
    yield* this.of(stream).slice(from);
  }

  asLog(): FactLog {
    return this as unknown as FactLog;
  }
}
