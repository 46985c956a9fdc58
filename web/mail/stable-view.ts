import { useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { type Layout, rowsAfter } from './list-layout.js';
import type { Scroll } from './list-window.js';

interface Given {
  /** the list that the layout belongs to */
  key: string;
  layout: Layout | undefined;
  scroll: Scroll;
  /** height of a row, in pixels */
  height: number;
  /** index of the first row in sight */
  from: number;
  /** called with the number of rows that came above the window */
  onMoved: (rows: number) => void;
}

/** New mail above the window moves the window along, so that the text being read stays; a pill counts the new rows. */
export function useStableView({ key, layout, scroll, height, from, onMoved }: Given): {
  fresh: number;
  toTop: () => void;
} {
  const before = useRef<{ layout: Layout; key: string } | undefined>(undefined);
  const [fresh, setFresh] = useState(0);
  if (from === 0 && fresh > 0) setFresh(0);
  const changed = useEffectEvent((now: Layout | undefined, list: string) => {
    const old = before.current;
    if (now) before.current = { layout: now, key: list };
    if (!old || !now || old.layout === now) return;
    if (old.key !== list) {
      setFresh(0);
      scroll.moveTo(0);
      return;
    }
    const grown = rowsAbove(old.layout, now, scroll.top() / height);
    if (grown <= 0) return;
    scroll.moveTo(scroll.top() + grown * height);
    onMoved(grown);
    setFresh((count) => count + grown);
  });
  useLayoutEffect(() => changed(layout, key), [layout, key]);
  return {
    fresh,
    toTop: () => {
      scroll.moveTo(0);
      setFresh(0);
    },
  };
}

/**
 * Number of rows that a new layout has above the row at the top of the window, more than the old one.
 * @param at index of that row in the old layout
 */
export function rowsAbove(old: Layout, now: Layout, at: number): number {
  const chunk = old.chunks.findLast(({ first }) => first <= at);
  if (!chunk || at < 1) return 0;
  const same = now.chunks.find(({ since }) => since === chunk.since);
  const newer = rowsAfter(now, chunk.until) - rowsAfter(old, chunk.until);
  return newer + (same ? same.count - chunk.count : 0);
}
