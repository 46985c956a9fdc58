import './mail.css';
import { useLingui } from '@lingui/react/macro';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CircleHelp, PanelLeft } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { accountsQuery, foldersQuery } from '../shared/account-queries.js';
import { compose } from '../shared/compositions.js';
import { IconButton } from '../shared/icon-button.js';
import { useMe } from '../shared/me.js';
import { ChosenBar } from './chosen-bar.js';
import { DestroyDialog } from './destroy-dialog.js';
import { listOf, type Message, messageQuery } from './mail-queries.js';
import type { MailSearch } from './mail-search.js';
import { Mailboxes } from './mailboxes.js';
import { useMessageActions } from './message-actions.js';
import { type ListHandle, MessageList } from './message-list.js';
import { isUnread } from './message-row.js';
import { Reader } from './reader.js';
import { SearchBar } from './search-bar.js';
import { ShortcutHelp } from './shortcut-help.js';
import { useShortcuts } from './shortcuts.js';

const route = getRouteApi('/mail');

export function MailScreen(): ReactNode {
  const { t } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const list = route.useSearch({ select: listOf, structuralSharing: true });
  const accounts = useQuery(accountsQuery).data;
  const me = useMe();
  const name = useNameOf(search);
  const actions = useMessageActions();
  const [current, setCurrent] = useState(-1);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Message>>(new Map());
  const [drawer, setDrawer] = useState(false);
  const [help, setHelp] = useState(false);
  const [destroyed, setDestroyed] = useState<readonly Message[]>([]);
  const field = useRef<HTMLInputElement>(null);
  const rows = useRef<ListHandle>(null);
  const rowAt = (index: number): Message | undefined => rows.current?.rowAt(index);

  const go = (change: Partial<Record<keyof MailSearch, string | true | undefined>>, replace = false): void => {
    setChosen(new Map());
    void navigate({ search: (old) => withoutEmpty({ ...old, ...change }), replace });
  };
  const isOpen = search.open !== undefined;
  const open = useCallback(
    (message: Message): void => {
      if (message.box === 'draft') return compose({ kind: 'draft', draftId: message.id });
      // Beside the change of the address. The reader asks again after a failure, and shows it.
      client.query(messageQuery(message.id, false)).catch(() => undefined);
      void navigate({ search: (old) => ({ ...old, open: message.id }), replace: isOpen });
    },
    [client, navigate, isOpen],
  );
  const close = (): void => void navigate({ search: ({ open: _, ...rest }) => rest });
  const step = (by: number): void => {
    const index = Math.max(0, current + by);
    const message = rowAt(index);
    if (!message) return;
    setCurrent(index);
    if (search.open !== undefined) open(message);
  };
  /** The chosen messages, else the message at the keyboard. */
  const affected = (): Message[] => {
    if (chosen.size > 0) return [...chosen.values()];
    const one = rowAt(current);
    return one ? [one] : [];
  };
  const act = (run: (messages: Message[]) => void): void => {
    const messages = affected();
    if (messages.length === 0) return;
    run(messages);
    setChosen(new Map());
  };
  /** For actions that take messages out of the list: the reader goes on with the next message. */
  const takeAway = (run: (messages: Message[]) => void): void => {
    const next = rowAt(current + 1) ?? rowAt(current - 1);
    act((messages) => {
      run(messages);
      if (!messages.some(({ id }) => id === search.open)) return;
      if (next) open(next);
      else close();
    });
  };
  /** Answers the open message, else the one at the keyboard. */
  const answer = (kind: 'reply' | 'reply-all' | 'forward'): void => {
    const messageId = search.open ?? rowAt(current)?.id;
    if (messageId !== undefined) compose({ kind, messageId });
  };
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    o: () => act(([message]) => open(message!)),
    Escape: () => (chosen.size > 0 ? setChosen(new Map()) : close()),
    x: () => {
      const message = rowAt(current);
      if (!message) return;
      const next = new Map(chosen);
      if (!next.delete(message.id)) next.set(message.id, message);
      setChosen(next);
    },
    e: () => takeAway(actions.archive),
    '#': () => takeAway(actions.remove),
    Delete: () => takeAway(actions.remove),
    s: () => act((messages) => actions.flag(messages, !messages.every(({ flagged }) => flagged))),
    u: () => act((messages) => actions.read(messages, messages.every(isUnread))),
    c: () => compose({ kind: 'new', ...(list.account === undefined ? {} : { accountId: list.account }) }),
    r: () => answer('reply'),
    a: () => answer('reply-all'),
    f: () => answer('forward'),
    '/': () => field.current?.focus(),
    '?': () => setHelp(true),
  });
  const afterwards = {
    ...actions,
    remove: (messages: readonly Message[]) => takeAway(() => actions.remove(messages)),
    archive: (messages: readonly Message[]) => takeAway(() => actions.archive(messages)),
  };
  const mayDestroy = ({ accountId }: Message): boolean =>
    me.role === 'administrator' || accounts?.find(({ id }) => id === accountId)?.owner === me.id;
  const picked = [...chosen.values()];
  const addresses = useMemo(() => {
    const isMixed = list.account === undefined && (accounts?.length ?? 0) > 1;
    return isMixed ? new Map(accounts?.map(({ id, address }) => [id, address])) : undefined;
  }, [accounts, list.account]);
  const isSearch = Boolean(list.q ?? list.unread ?? list.since ?? list.until);

  return (
    <main className="mail" data-open={search.open !== undefined || undefined} data-drawer={drawer || undefined}>
      <div className="mailboxes-pane">
        <Mailboxes accounts={accounts ?? []} list={list} onGo={() => setDrawer(false)} />
      </div>
      {drawer && (
        <button type="button" className="drawer-veil" aria-label={t`Close`} onClick={() => setDrawer(false)} />
      )}
      <section className="list-pane" aria-label={t`Messages`}>
        <header>
          <div className="list-title">
            <span className="drawer-button">
              <IconButton label={t`Mailboxes`} icon={<PanelLeft size={18} />} onPress={() => setDrawer(true)} />
            </span>
            <h1>{name}</h1>
            <IconButton
              label={t`Keyboard shortcuts`}
              shortcut="?"
              icon={<CircleHelp size={18} />}
              onPress={() => setHelp(true)}
            />
          </div>
          {chosen.size > 0 ? (
            <ChosenBar
              messages={picked}
              inTrash={list.box === 'trash'}
              actions={actions}
              onDone={() => setChosen(new Map())}
              onDestroy={picked.every(mayDestroy) ? () => setDestroyed(picked) : undefined}
            />
          ) : (
            <SearchBar
              key={`${list.account} ${list.box} ${list.folder}`}
              list={list}
              onChange={(change) => go(change, true)}
              field={field}
            />
          )}
        </header>
        <MessageList
          key={JSON.stringify({ ...list, q: undefined })}
          list={list}
          open={search.open}
          current={current}
          onCurrent={setCurrent}
          onOpen={open}
          chosen={chosen}
          onChosen={setChosen}
          addresses={addresses}
          ref={rows}
          name={name}
          isSearch={isSearch}
          onClearSearch={() => go({ q: undefined, unread: undefined, since: undefined, until: undefined })}
        />
      </section>
      <Reader
        id={search.open}
        actions={afterwards}
        onOpen={open}
        onClose={close}
        mayDestroy={mayDestroy}
        onDestroy={(message) => setDestroyed([message])}
      />
      {destroyed.length > 0 && (
        <DestroyDialog
          messages={destroyed}
          onClose={() => setDestroyed([])}
          onDone={() => {
            setChosen(new Map());
            if (destroyed.some(({ id }) => id === search.open)) close();
          }}
        />
      )}
      <ShortcutHelp open={help} onClose={() => setHelp(false)} />
    </main>
  );
}

function useNameOf({ account, box, folder }: MailSearch): string {
  const { t } = useLingui();
  const folders = useQuery({ ...foldersQuery(account ?? ''), enabled: account !== undefined }).data;
  const inFolder = folders?.find(({ id }) => id === folder)?.name;
  if (folder !== undefined) return inFolder ?? '';
  return { received: t`Received`, sent: t`Sent`, draft: t`Drafts`, trash: t`Trash` }[box ?? 'received'];
}

const withoutEmpty = (search: Record<string, string | true | undefined>): MailSearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
