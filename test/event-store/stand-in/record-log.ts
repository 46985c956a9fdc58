import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';

export interface ProposedRecord {
  id: string;
  type: string;
  contentType: string;
  data: Uint8Array;
  metadata: Uint8Array;
}

export interface StoredRecord extends ProposedRecord {
  stream: string;
  revision: bigint;
  position: bigint;
  /** 100-ns ticks since 1970 */
  created: bigint;
}

export type Expected = bigint | 'no-stream' | 'any' | 'stream-exists';

export type AppendOutcome =
  | { kind: 'stored'; revision: bigint; position: bigint }
  | { kind: 'wrong-version'; current: bigint | undefined; expected: Expected }
  | { kind: 'too-large'; limit: number };

const SYSTEM_RECORD_EVERY = 20;

/**
 * The records of the stand-in, in memory. Emits `appended` after each append. System records lie between the events, as
 * on a real server.
 */
export class RecordLog extends EventEmitter {
  readonly records: StoredRecord[] = [];
  private readonly streams = new Map<string, StoredRecord[]>();

  constructor(private readonly maxAppendBytes: number) {
    super();
    this.setMaxListeners(0);
    this.storeSystemRecord();
  }

  stream(name: string): readonly StoredRecord[] {
    return this.streams.get(name) ?? [];
  }

  append(stream: string, expected: Expected, proposed: readonly ProposedRecord[]): AppendOutcome {
    const bytes = proposed.reduce(
      (sum, { type, data, metadata }) => sum + 2 * type.length + data.length + metadata.length,
      0,
    );
    if (bytes > this.maxAppendBytes) return { kind: 'too-large', limit: this.maxAppendBytes };
    const existing = this.stream(stream);
    const current = existing.at(-1)?.revision;
    const next = expected === 'no-stream' ? 0n : typeof expected === 'bigint' ? expected + 1n : undefined;
    const free =
      expected === 'any' || (expected === 'stream-exists' ? current !== undefined : next === BigInt(existing.length));
    if (free) return this.store(stream, proposed);
    const earlier = next === undefined ? [] : existing.slice(Number(next), Number(next) + proposed.length);
    const last = earlier.at(-1);
    // Event ids count only for a retry: an append at the current revision is stored with any ids.
    const repeated = earlier.length === proposed.length && earlier.every((record, i) => record.id === proposed[i]?.id);
    if (last && repeated) return { kind: 'stored', revision: last.revision, position: last.position };
    return { kind: 'wrong-version', current, expected };
  }

  storeSystemRecord(): void {
    const data = Buffer.from('{"proc-cpu":1}');
    const record = {
      id: randomUUID(),
      type: '$statsCollected',
      contentType: 'application/json',
      data,
      metadata: Buffer.alloc(0),
    };
    this.store('$stats-127.0.0.1:2113', [record]);
  }

  private store(stream: string, proposed: readonly ProposedRecord[]): AppendOutcome {
    const records = this.streams.get(stream) ?? [];
    this.streams.set(stream, records);
    for (const record of proposed) {
      const before = this.records.at(-1);
      const position = before ? before.position + 150n + BigInt(before.data.length) : 0n;
      const stored = {
        ...record,
        stream,
        revision: BigInt(records.length),
        position,
        created: BigInt(Date.now()) * 10_000n,
      };
      records.push(stored);
      this.records.push(stored);
    }
    const { revision, position } = records.at(-1)!;
    if (!stream.startsWith('$') && Number(revision) % SYSTEM_RECORD_EVERY === SYSTEM_RECORD_EVERY - 1)
      this.storeSystemRecord();
    this.emit('appended');
    return { kind: 'stored', revision, position };
  }
}
