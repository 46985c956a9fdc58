/**
 * Joins all calls of one turn of the event loop into one `ask`. A key without a value has no entry. If the joint call
 * fails, each caller asks for its own keys, so that a key which the database refuses fails its caller only.
 */
export function batched<V>(
  ask: (keys: readonly string[]) => Promise<Map<string, V>>,
): (keys: readonly string[]) => Promise<Map<string, V>> {
  let gathering: { keys: Set<string>; callers: number; values: Promise<Map<string, V>> } | undefined;
  return async (keys) => {
    if (keys.length === 0) return new Map();
    if (!gathering) {
      const gathered = new Set<string>();
      const values = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        gathering = undefined;
        return ask([...gathered].sort());
      });
      gathering = { keys: gathered, callers: 0, values };
    }
    const mine = gathering;
    mine.callers++;
    for (const key of keys) mine.keys.add(key);
    const values = await mine.values.catch((error: unknown) => {
      if (mine.callers === 1) throw error;
      return ask(keys);
    });
    return new Map(keys.flatMap((key) => (values.has(key) ? [[key, values.get(key)!] as const] : [])));
  };
}
