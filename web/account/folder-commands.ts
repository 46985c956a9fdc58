import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Folder, foldersQuery } from '../shared/account-queries.js';
import { api, ask, type Schemas } from '../shared/api.js';
import { Problem } from '../shared/problem.js';
import { useProblemText } from '../shared/problem-text.js';
import { showAtOnce } from '../shared/show-at-once.js';
import { tell } from '../shared/toasts.js';

export type FolderChange = Schemas['ChangeFolderBody'];

export interface FolderCommands {
  create: (name: string, parentId: string | null) => void;
  change: (folder: Folder, set: FolderChange, undo?: FolderChange) => void;
  /** @param withMail true: its mail goes into the trash; false: calls `onNotEmpty` for a folder with mail */
  remove: (folder: Folder, withMail: boolean, onNotEmpty?: () => void) => void;
}

interface Asked {
  run: () => Promise<unknown>;
  done: string;
  undo?: () => void;
  /** shows the change before the service has answered */
  shown?: (folders: Folder[]) => Folder[];
  onNotEmpty?: (() => void) | undefined;
}

/** Changes of the folders of an account, on its mail server too. */
export function useFolderCommands(accountId: string): FolderCommands {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const { mutate } = useMutation({
    mutationFn: ({ run }: Asked) => run(),
    onMutate: ({ shown }) => (shown ? showAtOnce(client, foldersQuery(accountId).queryKey, shown) : undefined),
    onSuccess: (_, { done, undo }) =>
      void tell({ text: done, ...(undo ? { action: { label: t`Undo`, run: undo } } : {}) }),
    onError: (error, { onNotEmpty }) => {
      if (onNotEmpty && error instanceof Problem && error.reason === 'folder-not-empty') onNotEmpty();
      else tell({ text: textOf(error), bad: true });
    },
    onSettled: () => {
      for (const word of ['folders', 'account', 'history', 'gaps']) void client.invalidateQueries({ queryKey: [word] });
    },
  });
  const change: FolderCommands['change'] = (folder, body, undo) =>
    mutate({
      run: () => ask(api.PATCH('/api/folders/{id}', { params: { path: { id: folder.id } }, body })),
      done: t`Saved: ${folder.name}`,
      shown: (all) => all.map((each) => (each.id === folder.id ? { ...each, ...body } : each)),
      ...(undo ? { undo: () => change(folder, undo) } : {}),
    });
  return {
    change,
    create: (name, parentId) => {
      const body = { name, ...(parentId === null ? {} : { parentId }) };
      mutate({
        run: () => ask(api.POST('/api/accounts/{id}/folders', { params: { path: { id: accountId } }, body })),
        done: t`The folder ${name} is there`,
      });
    },
    remove: ({ id, name }, withMail, onNotEmpty) => {
      const params = { path: { id }, query: withMail ? { withMail } : {} };
      mutate({
        run: () => ask(api.DELETE('/api/folders/{id}', { params })),
        done: t`The folder ${name} is removed`,
        onNotEmpty,
      });
    },
  };
}
