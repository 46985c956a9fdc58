import { useLingui } from '@lingui/react/macro';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp, Inbox, SearchX } from 'lucide-react';
import { type MouseEvent, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '../shared/button.js';
import { EmptyState } from '../shared/empty-state.js';
import { FailedState } from '../shared/failed-state.js';
import { LoadingLines } from '../shared/loading-lines.js';
import { type Layout, rowsAfter } from './list-layout.js';
import type { MailList, Message } from './mail-queries.js';
import { MessageRow } from './message-row.js';
import { useMailList } from './use-mail-list.js';

export const ROW = 76;
const ROOM = 6;

interface Props {
  list: MailList;
  open: string | undefined;
  /** index of the row that the keyboard is at */
  current: number;
  onCurrent: (index: number) => void;
  onOpen: (message: Message) => void;
  chosen: ReadonlyMap<string, Message>;
  onChosen: (chosen: ReadonlyMap<string, Message>) => void;
  /** address of an account by id, in a list of several accounts */
  addressOf: ((accountId: string) => string | undefined) | undefined;
  /** gives the row at an index to the shortcuts */
  rows: { current: (index: number) => Message | undefined };
  name: string;
  isSearch: boolean;
  onClearSearch: () => void;
}

/** A grid of any length: it holds the rows of its window alone, and scrolls by the counts of the calendar. */
export function MessageList(props: Props): ReactNode {
  const { list, open, current, onCurrent, onOpen, chosen, onChosen, addressOf, rows, name } = props;
  const { t } = useLingui();
  const frame = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState({ from: 0, to: 20 });
  const { layout, rowAt, error, retry } = useMailList(list, shown.from, shown.to);
  const total = layout?.total ?? 0;
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: ROOM,
    onChange: ({ range }) => {
      if (range && (range.startIndex !== shown.from || range.endIndex !== shown.to))
        setShown({ from: range.startIndex, to: range.endIndex });
    },
  });
  rows.current = rowAt;
  const { fresh, toTop } = useStableView(list, layout, frame, current, onCurrent);

  useEffect(() => {
    if (current >= 0 && current < total) virtual.scrollToIndex(current, { align: 'auto' });
    const hasFocus = frame.current?.contains(document.activeElement) ?? false;
    if (hasFocus)
      requestAnimationFrame(() => document.getElementById(`row-${current}`)?.focus({ preventScroll: true }));
  }, [current]);

  const lastChosen = useRef(0);
  const choose = useCallback(
    (index: number, range: boolean) => {
      const next = new Map(chosen);
      const [from, to] = range
        ? [Math.min(lastChosen.current, index), Math.max(lastChosen.current, index)]
        : [index, index];
      const clicked = rowAt(index);
      const adds = clicked !== undefined && !chosen.has(clicked.id);
      for (let at = from; at <= to; at++) {
        const message = rowAt(at);
        if (message && adds) next.set(message.id, message);
        else if (message) next.delete(message.id);
      }
      lastChosen.current = index;
      onChosen(next);
    },
    [chosen, rowAt, onChosen],
  );
  const press = useCallback(
    (index: number, event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return choose(index, event.shiftKey);
      onCurrent(index);
      const message = rowAt(index);
      if (message) onOpen(message);
    },
    [choose, onCurrent, onOpen, rowAt],
  );

  if (error && total === 0) return <FailedState error={error} retry={retry} />;
  if (!layout) return <LoadingLines lines={9} height={44} />;
  if (total === 0)
    return props.isSearch ? (
      <EmptyState
        icon={<SearchX size={22} />}
        title={t`Nothing was found`}
        action={<Button onPress={props.onClearSearch}>{t`Show all messages`}</Button>}
      >
        {t`Try fewer words, or the beginning of a word.`}
      </EmptyState>
    ) : (
      <EmptyState icon={<Inbox size={22} />} title={t`Nothing here`}>
        {t`New mail shows up here by itself.`}
      </EmptyState>
    );
  return (
    <div className="message-list-frame">
      {fresh > 0 && (
        <button type="button" className="fresh" onClick={toTop}>
          <ArrowUp size={14} aria-hidden />
          {t`${fresh} new`}
        </button>
      )}
      <div ref={frame} className="message-list">
        <div
          role="grid"
          aria-label={name}
          aria-rowcount={total}
          aria-colcount={2}
          aria-multiselectable
          style={{ height: virtual.getTotalSize(), position: 'relative' }}
          onKeyDown={(event) => {
            const to = KEYS[event.key]?.(current, Math.floor((frame.current?.clientHeight ?? 0) / ROW), total);
            if (to !== undefined) {
              event.preventDefault();
              onCurrent(Math.max(0, Math.min(total - 1, to)));
            }
          }}
        >
          {virtual.getVirtualItems().map(({ index, start }) => {
            const message = rowAt(index);
            return (
              <MessageRow
                key={index}
                message={message}
                index={index}
                total={total}
                top={start}
                height={ROW}
                current={index === Math.max(0, current)}
                open={message !== undefined && message.id === open}
                chosen={message !== undefined && chosen.has(message.id)}
                account={message && addressOf?.(message.accountId)}
                onOpen={press}
                onChoose={choose}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

const KEYS: Record<string, (current: number, page: number, total: number) => number> = {
  ArrowDown: (current) => current + 1,
  ArrowUp: (current) => current - 1,
  PageDown: (current, page) => current + page,
  PageUp: (current, page) => current - page,
  Home: () => 0,
  End: (_, __, total) => total - 1,
};

/** New mail above the window moves the window along, so that the text being read stays; a pill counts the new rows. */
function useStableView(
  list: MailList,
  layout: Layout | undefined,
  frame: { current: HTMLDivElement | null },
  current: number,
  onCurrent: (index: number) => void,
): { fresh: number; toTop: () => void } {
  const before = useRef<{ layout: Layout; key: string } | undefined>(undefined);
  const [fresh, setFresh] = useState(0);
  const key = JSON.stringify(list);
  useLayoutEffect(() => {
    const old = before.current;
    const element = frame.current;
    if (layout) before.current = { layout, key };
    if (!old || !layout || old.layout === layout) return;
    if (old.key !== key) {
      setFresh(0);
      if (element) element.scrollTop = 0;
      return;
    }
    const top = element?.scrollTop ?? 0;
    const at = old.layout.chunks.findLast(({ first }) => first * ROW <= top);
    if (!element || !at || top < ROW) return;
    const same = layout.chunks.find(({ since }) => since === at.since);
    const grown = rowsAfter(layout, at.until) - rowsAfter(old.layout, at.until) + (same ? same.count - at.count : 0);
    if (grown <= 0) return;
    element.scrollTop = top + grown * ROW;
    if (current >= 0) onCurrent(current + grown);
    setFresh((count) => count + grown);
  }, [layout, key]);
  useEffect(() => {
    const element = frame.current;
    const reset = (): void => {
      if (element && element.scrollTop < ROW) setFresh(0);
    };
    element?.addEventListener('scroll', reset, { passive: true });
    return () => element?.removeEventListener('scroll', reset);
  }, [layout === undefined]);
  return {
    fresh,
    toTop: () => {
      if (frame.current) frame.current.scrollTop = 0;
      setFresh(0);
    },
  };
}
