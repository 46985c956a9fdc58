import { beginning, end } from '../../src/platform/http/day-or-time.js';
import { type EventStore, type Position, START, type StoredFact } from '../../src/platform/log/event-store.js';
import type { AuditedFact, AuditParameters } from './audited-fact.js';

/** Facts in memory for one reader. */
const PAGE = 500;

/**
 * Facts after `from` and up to `head` that match the parameters, in pages, in the order of the log. The store reads
 * the next page when the caller asks for it. Times are those of the facts, which other processes may have written with
 * another clock: a later time does not end the search.
 */
export async function* factsOf(
  store: Pick<EventStore, 'follow' | 'read'>,
  { from = START, stream, type, by, since, until }: AuditParameters,
  head: Position,
): AsyncGenerator<AuditedFact[], void, undefined> {
  const [first, last] = [since && beginning(since).toISOString(), until && end(until).toISOString()];
  const matches = ({ position, type: itsType, metadata }: StoredFact): boolean =>
    position > from &&
    position <= head &&
    (type === undefined || itsType === type) &&
    (by === undefined || metadata.by === by || metadata.by.endsWith(`:${by}`)) &&
    (first === undefined || metadata.at >= first) &&
    (last === undefined || metadata.at < last);
  const pages = stream === undefined ? pagesOfLog(store, from, head, type) : pagesOfStream(store, stream);
  for await (const facts of pages) {
    const found = facts.filter(matches);
    if (found.length > 0) yield found.map(toLine);
  }
}

async function* pagesOfLog(
  store: Pick<EventStore, 'follow'>,
  from: Position,
  head: Position,
  type: string | undefined,
): AsyncGenerator<readonly StoredFact[], void, undefined> {
  if (from >= head) return;
  const reading = new AbortController();
  const options = { signal: reading.signal, batchSize: PAGE, ...(type !== undefined && { types: [type] }) };
  try {
    for await (const { facts, position } of store.follow(from, options)) {
      yield facts;
      if (position >= head) return;
    }
  } finally {
    reading.abort();
  }
}

async function* pagesOfStream(
  store: Pick<EventStore, 'read'>,
  stream: string,
): AsyncGenerator<readonly StoredFact[], void, undefined> {
  let page: StoredFact[] = [];
  for await (const fact of store.read(stream)) {
    page.push(fact);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  yield page;
}

const toLine = ({ position, stream, revision, id, type, metadata, data }: StoredFact): AuditedFact => ({
  position,
  stream,
  revision,
  id,
  type,
  metadata,
  data,
});
