import { useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Folder as FolderIcon, FolderPlus, Pencil, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type Folder, foldersQuery } from '../shared/account-queries.js';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { CheckBox } from '../shared/check-box.js';
import { IconButton } from '../shared/icon-button.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { useProblemText } from '../shared/problem-text.js';
import { Shown } from '../shared/shown.js';
import { TextField } from '../shared/text-field.js';
import { tell } from '../shared/toasts.js';

type Asking = { kind: 'create'; parent: Folder | undefined } | { kind: 'rename'; folder: Folder } | undefined;

export function FoldersTab({ accountId }: { accountId: string }): ReactNode {
  const { t } = useLingui();
  const folders = useQuery(foldersQuery(accountId));
  const [asking, setAsking] = useState<Asking>();
  const [name, setName] = useState('');
  const roles: Record<NonNullable<Folder['role']>, string> = {
    inbox: t`inbox`,
    sent: t`sent`,
    drafts: t`drafts`,
    trash: t`trash`,
    junk: t`junk`,
    archive: t`archive`,
  };
  const changes = useFolderChanges(accountId);
  const begin = (next: NonNullable<Asking>): void => {
    setName(next.kind === 'rename' ? next.folder.name : '');
    setAsking(next);
  };
  const finish = (): void => {
    if (asking?.kind === 'rename') changes.change(asking.folder.id, { name: name.trim() });
    else changes.create(name.trim(), asking?.parent?.id);
    setAsking(undefined);
  };
  return (
    <section className="card folders">
      <header>
        <h2>{t`IMAP folders`}</h2>
        <Button
          small
          icon={<FolderPlus size={16} aria-hidden />}
          onPress={() => begin({ kind: 'create', parent: undefined })}
        >
          {t`New folder`}
        </Button>
      </header>
      <Shown of={folders}>
        {(all) => (
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
              {all
                .toSorted((a, b) => a.path.localeCompare(b.path))
                .map((folder) => (
                  <tr key={folder.id}>
                    <td>
                      <span className="folder-name" style={{ paddingLeft: depthOf(folder, all) * 18 }}>
                        <FolderIcon size={16} aria-hidden />
                        {folder.name}
                        {folder.role !== null && <span className="badge">{roles[folder.role]}</span>}
                        {!folder.onServer && <span className="badge warning">{t`gone from the server`}</span>}
                      </span>
                    </td>
                    <td className="number">{folder.total}</td>
                    <td className="number">{folder.unread}</td>
                    <td>
                      <CheckBox
                        label={t`Fetch ${folder.name}`}
                        hiddenLabel
                        value={folder.fetched}
                        disabled={!folder.selectable}
                        onChange={(fetched) => changes.change(folder.id, { fetched })}
                      />
                    </td>
                    <td>
                      <span className="row-actions">
                        <IconButton
                          small
                          label={t`New folder in ${folder.name}`}
                          icon={<FolderPlus size={16} />}
                          onPress={() => begin({ kind: 'create', parent: folder })}
                        />
                        {folder.role !== 'inbox' && (
                          <>
                            <IconButton
                              small
                              label={t`Rename ${folder.name}`}
                              icon={<Pencil size={16} />}
                              onPress={() => begin({ kind: 'rename', folder })}
                            />
                            <IconButton
                              small
                              label={t`Remove ${folder.name}`}
                              icon={<Trash2 size={16} />}
                              onPress={() => changes.remove(folder.id)}
                            />
                          </>
                        )}
                      </span>
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        )}
      </Shown>
      <ModalDialog
        title={asking?.kind === 'rename' ? t`Rename ${asking.folder.name}` : t`New folder`}
        open={asking !== undefined}
        onClose={() => setAsking(undefined)}
        width={400}
      >
        <TextField label={t`Name`} value={name} onChange={setName} autoFocus onEnter={finish} />
        <div className="dialog-actions">
          <Button onPress={() => setAsking(undefined)}>{t`Cancel`}</Button>
          <Button look="primary" isDisabled={name.trim() === ''} onPress={finish}>
            {asking?.kind === 'rename' ? t`Rename` : t`Create`}
          </Button>
        </div>
      </ModalDialog>
    </section>
  );
}

function depthOf({ parentId }: Folder, all: readonly Folder[]): number {
  const parent = all.find(({ id }) => id === parentId);
  return parent ? 1 + depthOf(parent, all) : 0;
}

function useFolderChanges(accountId: string): {
  create: (name: string, parentId: string | undefined) => void;
  change: (id: string, set: { name?: string; fetched?: boolean }) => void;
  remove: (id: string) => void;
} {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const { mutate } = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSuccess: () => tell({ text: t`Saved` }),
    onError: (error) => tell({ text: textOf(error), bad: true }),
    onSettled: () => client.invalidateQueries({ queryKey: ['folders', accountId] }),
  });
  return {
    create: (name, parentId) => {
      const body = { name, ...(parentId === undefined ? {} : { parentId }) };
      mutate(() => ask(api.POST('/api/accounts/{id}/folders', { params: { path: { id: accountId } }, body })));
    },
    change: (id, body) => mutate(() => ask(api.PATCH('/api/folders/{id}', { params: { path: { id } }, body }))),
    remove: (id) => mutate(() => ask(api.DELETE('/api/folders/{id}', { params: { path: { id } } }))),
  };
}
