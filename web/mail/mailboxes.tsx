import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Archive,
  CircleAlert,
  FileText,
  Folder as FolderIcon,
  Inbox,
  Layers,
  PenLine,
  Send,
  ShieldAlert,
  Trash2,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type Folder, foldersQuery, type ShortAccount } from '../shared/account-queries.js';
import { Button } from '../shared/button.js';
import { compose } from '../shared/compositions.js';
import type { Box, MailSearch } from './mail-search.js';
import type { MailList } from './mail-queries.js';
import { OutboxLink } from './outbox-link.js';

interface Props {
  accounts: readonly ShortAccount[];
  list: MailList;
  onGo: () => void;
}

/** Accounts and folders, with the number of unread messages. */
export function Mailboxes({ accounts, list, onGo }: Props): ReactNode {
  const { t } = useLingui();
  const unread = accounts.reduce((sum, account) => sum + (account.unread ?? 0), 0);
  return (
    <>
      <Button
        look="primary"
        icon={<PenLine size={17} aria-hidden />}
        onPress={() => {
          onGo();
          compose({ kind: 'new', ...(list.account === undefined ? {} : { accountId: list.account }) });
        }}
      >
        {t`Write`}
      </Button>
      <nav className="mailboxes" aria-label={t`Mailboxes`}>
        {accounts.length > 1 && (
          <section>
            <h2>
              <Layers size={15} aria-hidden />
              <span>{t`All accounts`}</span>
            </h2>
            <Boxes account={undefined} list={list} unread={unread} sendOnly={false} onGo={onGo} />
          </section>
        )}
        {accounts.map((account) => (
          <Account key={account.id} account={account} list={list} open={accounts.length < 4} onGo={onGo} />
        ))}
      </nav>
    </>
  );
}

function Account({
  account,
  list,
  open,
  onGo,
}: {
  account: ShortAccount;
  list: MailList;
  open: boolean;
  onGo: () => void;
}): ReactNode {
  const { t } = useLingui();
  const { id, name, address, unread, status, sendOnly } = account;
  const [toggled, setToggled] = useState<boolean>();
  const isOpen = toggled ?? (open || list.account === id);
  const folders = useQuery({ ...foldersQuery(id), enabled: isOpen });
  return (
    <details open={isOpen} onToggle={(event) => setToggled(event.currentTarget.open)}>
      <summary title={address}>
        <span className="account-name">{name || address}</span>
        {status !== 'connected' && <CircleAlert size={15} aria-label={t`needs attention`} />}
        {!isOpen && unread ? <span className="count">{unread}</span> : null}
      </summary>
      <Boxes account={id} list={list} unread={unread ?? 0} sendOnly={sendOnly} onGo={onGo} />
      <ul>
        {inOrder(folders.data ?? []).map(({ folder, depth }) => (
          <li key={folder.id}>
            <Entry
              to={{ account: id, folder: folder.id }}
              current={list.folder === folder.id}
              icon={iconOf(folder)}
              label={folder.name}
              count={folder.unread}
              depth={depth}
              onGo={onGo}
            />
          </li>
        ))}
      </ul>
    </details>
  );
}

interface BoxesProps {
  account: string | undefined;
  list: MailList;
  unread: number;
  sendOnly: boolean;
  onGo: () => void;
}

function Boxes({ account, list, unread, sendOnly, onGo }: BoxesProps): ReactNode {
  const { t } = useLingui();
  const boxes: [Box, string, ReactNode, number][] = [
    ['received', t`Received`, <Inbox key="received" size={16} aria-hidden />, unread],
    ['sent', t`Sent`, <Send key="sent" size={16} aria-hidden />, 0],
    ['draft', t`Drafts`, <FileText key="draft" size={16} aria-hidden />, 0],
    ['trash', t`Trash`, <Trash2 key="trash" size={16} aria-hidden />, 0],
  ];
  return (
    <ul>
      {boxes
        .filter(([box]) => !sendOnly || box !== 'received')
        .map(([box, label, icon, count]) => (
          <li key={box}>
            <Entry
              to={{ ...(account === undefined ? {} : { account }), box }}
              current={list.account === account && list.folder === undefined && list.box === box}
              icon={icon}
              label={label}
              count={count}
              depth={0}
              onGo={onGo}
            />
          </li>
        ))}
      <li>
        <OutboxLink account={account} onGo={onGo} />
      </li>
    </ul>
  );
}

interface EntryProps {
  to: MailSearch;
  current: boolean;
  icon: ReactNode;
  label: string;
  count: number;
  depth: number;
  onGo: () => void;
}

function Entry({ to, current, icon, label, count, depth, onGo }: EntryProps): ReactNode {
  const { t } = useLingui();
  return (
    <Link
      to="/mail"
      search={to}
      className="mailbox"
      activeProps={{}}
      activeOptions={{ exact: true }}
      aria-current={current ? 'true' : undefined}
      style={{ paddingLeft: 12 + depth * 14 }}
      onClick={onGo}
    >
      {icon}
      <span className="name">{label}</span>
      {count > 0 && (
        <span className="count">
          {count}
          <span className="visually-hidden"> {t`unread`}</span>
        </span>
      )}
    </Link>
  );
}

/** Folders with a box of their own are left out. */
const HAVE_A_BOX: ReadonlySet<Folder['role']> = new Set(['inbox', 'sent', 'drafts', 'trash']);

/** Folders below their parents, by name. */
export function inOrder(folders: readonly Folder[]): { folder: Folder; depth: number }[] {
  const ids = new Set(folders.map(({ id }) => id));
  const below = (parent: string | null, depth: number): { folder: Folder; depth: number }[] =>
    folders
      .filter(({ parentId }) => (parentId !== null && ids.has(parentId) ? parentId : null) === parent)
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .flatMap((folder) => {
        const has = HAVE_A_BOX.has(folder.role);
        return [...(has ? [] : [{ folder, depth }]), ...below(folder.id, has ? depth : depth + 1)];
      });
  return below(null, 0);
}

function iconOf({ role }: Folder): ReactNode {
  if (role === 'archive') return <Archive size={16} aria-hidden />;
  if (role === 'junk') return <ShieldAlert size={16} aria-hidden />;
  return <FolderIcon size={16} aria-hidden />;
}
