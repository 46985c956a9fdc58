/** The batches of a source, one read ahead as long as there are more: reading the next and working at this one overlap. */
export async function* ahead<B extends { atHead: boolean }>(
  source: AsyncIterable<B>,
): AsyncGenerator<B, void, undefined> {
  const batches = source[Symbol.asyncIterator]();
  let reading: Promise<IteratorResult<B, unknown>> | undefined;
  try {
    for (;;) {
      const { value, done } = await (reading ?? batches.next());
      if (done) return;
      reading = value.atHead ? undefined : batches.next();
      reading?.catch(() => undefined); // thrown where it is awaited
      yield value;
    }
  } finally {
    await batches.return?.();
  }
}

interface Gatherable {
  facts: unknown[];
  atHead: boolean;
  shared?: boolean;
}

/** The batches of a source put together to some of `size` facts or more, as long as it has more: a small one costs nearly what a large one does. */
export async function* gathered<B extends Gatherable>(
  source: AsyncIterable<B>,
  size: number,
): AsyncGenerator<B, void, undefined> {
  let held: B | undefined;
  for await (const batch of source) {
    const shared = held?.shared === true || batch.shared === true;
    held = held ? { ...batch, facts: held.facts.concat(batch.facts), ...(shared && { shared }) } : batch;
    if (held.facts.length < size && !held.atHead) continue;
    yield held;
    held = undefined;
  }
}
