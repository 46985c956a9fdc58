/** Asks once for all keys that are wanted in one turn of the event loop; what has no value is left out. */
export function inOneStatement<V>(
  ask: (keys: readonly string[]) => Promise<Map<string, V>>,
): (keys: readonly string[]) => Promise<Map<string, V>> {
  let gathering: { keys: Set<string>; values: Promise<Map<string, V>> } | undefined;
  return async (keys) => {
    if (keys.length === 0) return new Map();
    if (!gathering) {
      const gathered = new Set<string>();
      const values = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        gathering = undefined;
        return ask([...gathered].sort());
      });
      gathering = { keys: gathered, values };
    }
    for (const key of keys) gathering.keys.add(key);
    const values = await gathering.values;
    return new Map(keys.flatMap((key) => (values.has(key) ? [[key, values.get(key)!] as const] : [])));
  };
}
