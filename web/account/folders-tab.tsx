import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Ellipsis, Folder as FolderIcon, FolderPlus, FolderSync, Pencil, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type Folder, foldersQuery } from '../shared/account-queries.js';
import { type Action, ActionMenu } from '../shared/action-menu.js';
import { Button } from '../shared/button.js';
import { CheckBox } from '../shared/check-box.js';
import { Shown } from '../shared/shown.js';
import { type FolderCommands, useFolderCommands } from './folder-commands.js';
import { FolderDialogs, type FolderQuestion } from './folder-dialogs.js';
import { MirrorDialog } from './mirror-dialog.js';

type Role = NonNullable<Folder['role']>;

const GIVEN_ROLES = ['sent', 'drafts', 'trash', 'junk', 'archive'] as const;

export function FoldersTab({ accountId }: { accountId: string }): ReactNode {
  const { t } = useLingui();
  const folders = useQuery(foldersQuery(accountId));
  const commands = useFolderCommands(accountId);
  const [question, setQuestion] = useState<FolderQuestion>();
  const [mirroring, setMirroring] = useState(false);
  return (
    <section className="card folders">
      <header>
        <h2>{t`IMAP folders`}</h2>
        <Button small icon={<FolderSync size={16} aria-hidden />} onPress={() => setMirroring(true)}>
          {t`Recreate structure`}
        </Button>
        <Button
          small
          icon={<FolderPlus size={16} aria-hidden />}
          onPress={() => setQuestion({ kind: 'create', parent: undefined })}
        >
          {t`New folder`}
        </Button>
      </header>
      <Shown of={folders}>
        {(all) => (
          <div className="table-card">
            <table className="table">
              <thead>
                <tr>
                  <th>{t`Folder`}</th>
                  <th className="number">{t`Messages`}</th>
                  <th className="number">{t`Unread`}</th>
                  <th>{t`Fetched`}</th>
                  <th>
                    <span className="visually-hidden">{t`Actions`}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {inOrder(all).map((folder) => (
                  <FolderRow
                    key={folder.id}
                    folder={folder}
                    depth={depthOf(folder, all)}
                    commands={commands}
                    onQuestion={setQuestion}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Shown>
      <FolderDialogs
        question={question}
        folders={folders.data ?? []}
        commands={commands}
        onClose={() => setQuestion(undefined)}
      />
      {mirroring && <MirrorDialog accountId={accountId} onClose={() => setMirroring(false)} />}
    </section>
  );
}

interface RowProps {
  folder: Folder;
  depth: number;
  commands: FolderCommands;
  onQuestion: (question: FolderQuestion) => void;
}

function FolderRow({ folder, depth, commands, onQuestion }: RowProps): ReactNode {
  const { t } = useLingui();
  const { name, role, total, unread, fetched, selectable, onServer } = folder;
  const roles: Record<Role, string> = {
    inbox: t`inbox`,
    sent: t`sent mail`,
    drafts: t`drafts`,
    trash: t`trash`,
    junk: t`junk`,
    archive: t`archive`,
  };
  const actions: Action[] = [
    {
      id: 'create',
      label: t`New folder inside`,
      icon: <FolderPlus size={16} aria-hidden />,
      run: () => onQuestion({ kind: 'create', parent: folder }),
    },
    ...(role === 'inbox'
      ? []
      : [
          {
            id: 'change',
            label: t`Rename or move`,
            icon: <Pencil size={16} aria-hidden />,
            run: () => onQuestion({ kind: 'change', folder }),
          },
          ...GIVEN_ROLES.map((each, n) => ({
            id: each,
            label: t`Use for: ${roles[each]}`,
            chosen: role === each,
            apart: n === 0,
            run: () => {
              if (role !== each) commands.change(folder, { role: each });
            },
          })),
          {
            id: 'remove',
            label: t`Remove`,
            icon: <Trash2 size={16} aria-hidden />,
            danger: true,
            apart: true,
            run: () => commands.remove(folder, false, () => onQuestion({ kind: 'empty', folder })),
          },
        ]),
  ];
  return (
    <tr>
      <td>
        <span className="folder-name" style={{ paddingLeft: depth * 18 }}>
          <FolderIcon size={16} aria-hidden />
          {name}
          {role !== null && <span className="badge">{roles[role]}</span>}
          {!onServer && <span className="badge warning">{t`gone from the server`}</span>}
        </span>
      </td>
      <td className="number">{total}</td>
      <td className="number">{unread}</td>
      <td>
        <CheckBox
          label={t`Fetch ${name}`}
          hiddenLabel
          value={fetched}
          disabled={!selectable}
          onChange={(next) => commands.change(folder, { fetched: next }, { fetched })}
        />
      </td>
      <td className="number">
        <ActionMenu
          label={t`Actions for ${name}`}
          trigger={
            <Button small look="quiet" aria-label={t`Actions for ${name}`} icon={<Ellipsis size={16} aria-hidden />} />
          }
          actions={actions}
        />
      </td>
    </tr>
  );
}

/** Each folder after the folder above it; others by path. */
const inOrder = (folders: readonly Folder[]): Folder[] => folders.toSorted((a, b) => a.path.localeCompare(b.path));

function depthOf({ parentId }: Folder, all: readonly Folder[]): number {
  const parent = all.find(({ id }) => id === parentId);
  return parent ? 1 + depthOf(parent, all) : 0;
}
