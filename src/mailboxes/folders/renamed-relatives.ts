import type { KnownFolder } from '../folders.fold.js';
import type { SeenFolder } from './folder.decider.js';

/**
 * Adds folders without messages to compare, such as parents that hold no mail: a folder that was renamed together with
 * one that is recognised. From `a/b/c`, now `x/b/c`, follows that `a` is now `x`, and `a/d` is now `x/d`.
 * @param renamed ids by new path
 * @param unknown those of `vanished` that were never fetched
 */
export function withRelatives(
  renamed: ReadonlyMap<string, string>,
  vanished: readonly KnownFolder[],
  unknown: readonly KnownFolder[],
  appeared: readonly SeenFolder[],
): Map<string, string> {
  const all = new Map(renamed);
  const byId = new Map(vanished.map((each) => [each.id, each]));
  const prefixes = new Map<string, string>();
  const delimiters = new Map(appeared.map(({ path, delimiter }) => [path, delimiter]));
  for (const [path, id] of renamed) {
    const delimiter = delimiters.get(path) ?? null;
    for (const [from, to] of prefixesOf(byId.get(id)!.path, path, delimiter))
      if (!prefixes.has(from)) prefixes.set(from, to);
  }
  const free = new Set(appeared.map(({ path }) => path).filter((path) => !all.has(path)));
  for (const { id, path, delimiter } of unknown) {
    const to = followed(path, prefixes, delimiter);
    if (to === undefined || !free.delete(to)) continue;
    all.set(to, id);
  }
  return all;
}

/** The renamed folder and those above it, as long as only levels further up differ. */
function prefixesOf(from: string, to: string, delimiter: string | null): [string, string][] {
  const found: [string, string][] = [[from, to]];
  if (delimiter === null) return found;
  let [a, b] = [from.split(delimiter), to.split(delimiter)];
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1)) {
    [a, b] = [a.slice(0, -1), b.slice(0, -1)];
    if (a.join(delimiter) === b.join(delimiter)) break;
    found.push([a.join(delimiter), b.join(delimiter)]);
  }
  return found;
}

/** The path below the nearest renamed folder. */
function followed(path: string, prefixes: ReadonlyMap<string, string>, delimiter: string | null): string | undefined {
  if (prefixes.has(path)) return prefixes.get(path);
  if (delimiter === null) return undefined;
  for (let end = path.lastIndexOf(delimiter); end > 0; end = path.lastIndexOf(delimiter, end - 1)) {
    const to = prefixes.get(path.slice(0, end));
    if (to !== undefined) return to + path.slice(end);
  }
  return undefined;
}
