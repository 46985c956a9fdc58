import { useCallback, useMemo, useRef, useState } from 'react';

export interface ListWindow {
  /** attaches the window to the element that scrolls */
  frame: (element: HTMLElement | null) => (() => void) | undefined;
  /** index of the first row in sight */
  from: number;
  /** index of the last row in sight, or past the end of the list */
  to: number;
  scroll: Scroll;
}

/** Position of the window in the list. */
export interface Scroll {
  /** pixels above the window */
  top: () => number;
  moveTo: (top: number) => void;
  /** scrolls as little as possible, until all of the row is in sight */
  reveal: (index: number) => void;
  /** rows that fit into the window */
  rows: () => number;
  hasFocus: () => boolean;
}

/**
 * The rows that a scrolled list shows. All rows have one height.
 * @param height of a row, in pixels
 */
export function useListWindow(height: number): ListWindow {
  const element = useRef<HTMLElement | null>(null);
  const [shown, setShown] = useState({ from: 0, to: 20 });
  const frame = useCallback(
    (attached: HTMLElement | null) => {
      if (!attached) return undefined;
      element.current = attached;
      const look = (): void => {
        const from = Math.floor(attached.scrollTop / height);
        const to = Math.floor((attached.scrollTop + attached.clientHeight) / height);
        setShown((old) => (old.from === from && old.to === to ? old : { from, to }));
      };
      const watcher = new ResizeObserver(look);
      watcher.observe(attached);
      attached.addEventListener('scroll', look, { passive: true });
      return () => {
        watcher.disconnect();
        attached.removeEventListener('scroll', look);
        element.current = null;
      };
    },
    [height],
  );
  const scroll = useMemo(
    (): Scroll => ({
      top: () => element.current?.scrollTop ?? 0,
      moveTo: (top) => {
        if (element.current) element.current.scrollTop = top;
      },
      reveal: (index) => {
        if (!element.current) return;
        const { scrollTop, clientHeight } = element.current;
        const top = index * height;
        element.current.scrollTop = Math.max(top + height - clientHeight, Math.min(scrollTop, top));
      },
      rows: () => Math.floor((element.current?.clientHeight ?? 0) / height),
      hasFocus: () => element.current?.contains(document.activeElement) ?? false,
    }),
    [height],
  );
  return { frame, ...shown, scroll };
}
