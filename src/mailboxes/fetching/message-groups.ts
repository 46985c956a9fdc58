/** Messages from this size on are streamed to the blob store; smaller ones are fetched in batches. */
export const LARGE_BYTES = 2 * 1024 * 1024;
/** Maximum raw bytes of a batch. Memory holds the batches being stored (`Storing`), and one being read. */
const BATCH_BYTES = 2 * 1024 * 1024;

/** Groups of small messages in the given order, each up to BATCH_BYTES. */
export function inGroups(uids: readonly number[], sizes: ReadonlyMap<number, number>): number[][] {
  const groups: number[][] = [];
  let bytes = Infinity;
  for (const uid of uids) {
    const size = sizes.get(uid);
    if (size === undefined || size >= LARGE_BYTES) continue;
    if (bytes + size > BATCH_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)!.push(uid);
    bytes += size;
  }
  return groups;
}
