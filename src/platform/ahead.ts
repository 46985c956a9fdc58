/** The batches of a source, one read ahead as long as there are more: reading the next and working at this one overlap. */
export async function* ahead<B extends { atHead: boolean }>(source: AsyncIterable<B>): AsyncGenerator<B, void, undefined> {
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
