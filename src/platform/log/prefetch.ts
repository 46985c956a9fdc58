/**
 * Prefetches one batch of the source while the caller handles the batch before; not at the head, where the next batch
 * would wait for new facts.
 */
export async function* prefetch<B extends { atHead: boolean }>(
  source: AsyncIterable<B>,
): AsyncGenerator<B, void, undefined> {
  const batches = source[Symbol.asyncIterator]();
  let reading: Promise<IteratorResult<B, unknown>> | undefined;
  try {
    for (;;) {
      const { value, done } = await (reading ?? batches.next());
      if (done) return;
      reading = value.atHead ? undefined : batches.next();
      reading?.catch(() => undefined); // the `await` above throws it
      yield value;
    }
  } finally {
    await batches.return?.();
  }
}

interface Joinable {
  facts: unknown[];
  atHead: boolean;
}

/**
 * Joins batches to batches of at least `size` facts, except at the head: a small batch costs nearly as much as a large
 * one.
 */
export async function* batchesOfAtLeast<B extends Joinable>(
  size: number,
  source: AsyncIterable<B>,
): AsyncGenerator<B, void, undefined> {
  let joined: B | undefined;
  for await (const batch of source) {
    joined = joined ? { ...batch, facts: joined.facts.concat(batch.facts) } : batch;
    if (joined.facts.length < size && !joined.atHead) continue;
    yield joined;
    joined = undefined;
  }
}
