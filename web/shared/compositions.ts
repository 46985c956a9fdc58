import { useSyncExternalStore } from 'react';

/** Beginning of a message that a person writes. */
export type Start =
  | { kind: 'new'; accountId?: string; to?: readonly { name: string; address: string }[] }
  | { kind: 'reply' | 'reply-all' | 'forward'; messageId: string };

/** A message being written, in a window of its own over the page. */
export interface Composition {
  id: number;
  start: Start;
  /** grows when the person asks for the same window again */
  called: number;
}

let compositions: readonly Composition[] = [];
let latest = 0;
const watchers = new Set<() => void>();

function show(next: readonly Composition[]): void {
  compositions = next;
  for (const watcher of watchers) watcher();
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

const isSame = (a: Start, b: Start): boolean => a.kind !== 'new' && JSON.stringify(a) === JSON.stringify(b);

/** Opens a window for a message, or the window that has this answer already. */
export function compose(start: Start): void {
  const open = compositions.find((each) => isSame(each.start, start));
  show(
    open
      ? compositions.map((each) => (each === open ? { ...each, called: each.called + 1 } : each))
      : [...compositions, { id: ++latest, start, called: 0 }],
  );
}

/** Takes a window away, with everything in it. */
export const endComposition = (id: number): void => show(compositions.filter((each) => each.id !== id));

export const useCompositions = (): readonly Composition[] => useSyncExternalStore(subscribe, () => compositions);
