import { useSyncExternalStore } from 'react';

/** Beginning of a message that a person writes. */
export type Start =
  | { kind: 'new'; accountId?: string; to?: readonly { name: string; address: string }[] }
  | { kind: 'reply' | 'reply-all' | 'forward'; messageId: string }
  /** `draftId`: also the id of a message that another program keeps as a draft */
  | { kind: 'draft'; draftId: string };

/** A message being written, in a window of its own over the page. */
export interface Composition {
  id: number;
  start: Start;
  /** draft that keeps the message; undefined: none yet */
  draftId?: string;
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

const hasBegun = ({ start, draftId }: Composition, asked: Start): boolean =>
  (asked.kind === 'draft' && asked.draftId === draftId) ||
  (asked.kind !== 'new' && JSON.stringify(start) === JSON.stringify(asked));

/** Opens a window for a message, or the window that has this answer already. */
export function compose(start: Start): void {
  const open = compositions.find((each) => hasBegun(each, start));
  show(
    open
      ? compositions.map((each) => (each === open ? { ...each, called: each.called + 1 } : each))
      : [...compositions, { id: ++latest, start, called: 0 }],
  );
}

/** Remembers the draft of a window, so that the draft opens no second one. */
export const holdDraft = (id: number, draftId: string): void =>
  show(compositions.map((each) => (each.id === id ? { ...each, draftId } : each)));

/** Takes a window away, with everything in it. */
export const endComposition = (id: number): void => show(compositions.filter((each) => each.id !== id));

export const useCompositions = (): readonly Composition[] => useSyncExternalStore(subscribe, () => compositions);
