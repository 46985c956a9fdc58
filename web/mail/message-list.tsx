import { useLingui } from '@lingui/react/macro';
import { ArrowUp, Inbox, SearchX } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useRef,
} from 'react';
import { Button } from '../shared/button.js';
import { EmptyState } from '../shared/empty-state.js';
import { FailedState } from '../shared/failed-state.js';
import { LoadingLines } from '../shared/loading-lines.js';
import { useListWindow } from './list-window.js';
import type { MailList, Message } from './mail-queries.js';
import { MessageRow, type Pressed } from './message-row.js';
import { useStableView } from './stable-view.js';
import { useMailList } from './use-mail-list.js';

export const ROW = 76;
/** Rows that are rendered above and below the window. */
const ROOM = 6;

export interface ListHandle {
  /** undefined for a row that is not loaded */
  rowAt: (index: number) => Message | undefined;
}

interface Props {
  list: MailList;
  open: string | undefined;
  /** index of the row that the keyboard is at; -1: none */
  current: number;
  onCurrent: (index: number) => void;
  onOpen: (message: Message) => void;
  chosen: ReadonlyMap<string, Message>;
  onChosen: (chosen: ReadonlyMap<string, Message>) => void;
  /** addresses of accounts by id, in a list of several accounts */
  addresses: ReadonlyMap<string, string> | undefined;
  ref: Ref<ListHandle>;
  name: string;
  isSearch: boolean;
  onClearSearch: () => void;
}

/** A grid of any length: it holds the rows of its window alone, and scrolls by the counts of the calendar. */
export function MessageList(props: Props): ReactNode {
  const { list, open, current, onCurrent, onOpen, chosen, onChosen, addresses, ref, name } = props;
  const { t } = useLingui();
  const { frame, from, to, scroll } = useListWindow(ROW);
  const { layout, rowAt, error, retry } = useMailList(list, from - ROOM, to + ROOM, current);
  const total = layout?.total ?? 0;
  const onMoved = (rows: number): void => {
    if (current >= 0) onCurrent(current + rows);
  };
  const key = JSON.stringify(list);
  const { fresh, toTop } = useStableView({ key, layout, scroll, height: ROW, from, onMoved });
  useImperativeHandle(ref, () => ({ rowAt }), [rowAt]);

  const reveal = useEffectEvent((index: number) => {
    if (index < 0 || index >= total) return;
    scroll.reveal(index);
    if (scroll.hasFocus())
      requestAnimationFrame(() => document.getElementById(`row-${index}`)?.focus({ preventScroll: true }));
  });
  useEffect(() => reveal(current), [current]);

  const lastChosen = useRef(0);
  const choose = useCallback(
    (index: number, isRange: boolean) => {
      const next = new Map(chosen);
      const [first, last] = isRange
        ? [Math.min(lastChosen.current, index), Math.max(lastChosen.current, index)]
        : [index, index];
      const pressed = rowAt(index);
      const adds = pressed !== undefined && !chosen.has(pressed.id);
      for (let at = first; at <= last; at++) {
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
    (index: number, { metaKey, ctrlKey, shiftKey }: Pressed) => {
      if (metaKey || ctrlKey || shiftKey) return choose(index, shiftKey);
      onCurrent(index);
      const message = rowAt(index);
      if (message) onOpen(message);
    },
    [choose, onCurrent, onOpen, rowAt],
  );
  const pressKey = useCallback(
    (index: number, event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const next = KEYS[event.key]?.(index, scroll.rows(), total);
      if (next !== undefined) onCurrent(Math.max(0, Math.min(total - 1, next)));
      else if (event.key === 'Enter') press(index, event);
      else if (event.key === ' ') choose(index, event.shiftKey);
      else return;
      event.preventDefault();
    },
    [scroll, total, onCurrent, press, choose],
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
        <table role="grid" aria-label={name} aria-rowcount={total} aria-colcount={2} aria-multiselectable>
          <tbody style={{ height: total * ROW }}>
            {indices(from - ROOM, to + ROOM, current, total).map((index) => {
              const message = rowAt(index);
              return (
                <MessageRow
                  key={index}
                  message={message}
                  index={index}
                  top={index * ROW}
                  height={ROW}
                  isCurrent={index === Math.max(0, current)}
                  isOpen={message !== undefined && message.id === open}
                  isChosen={message !== undefined && chosen.has(message.id)}
                  account={message && addresses?.get(message.accountId)}
                  onPress={press}
                  onKey={pressKey}
                  onFocus={onCurrent}
                  onChoose={choose}
                />
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** Rows of the window, and the row that the keyboard is at: a row that has the focus must not vanish. */
function indices(from: number, to: number, current: number, total: number): number[] {
  const first = Math.max(0, from);
  const last = Math.min(total - 1, to);
  const window = Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
  const isOutside = current >= 0 && current < total && (current < first || current > last);
  return isOutside ? (current < first ? [current, ...window] : [...window, current]) : window;
}

const KEYS: Record<string, (current: number, page: number, total: number) => number> = {
  ArrowDown: (current) => current + 1,
  ArrowUp: (current) => current - 1,
  PageDown: (current, page) => current + page,
  PageUp: (current, page) => current - page,
  Home: () => 0,
  End: (_, __, total) => total - 1,
};
