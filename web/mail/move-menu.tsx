import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { FolderInput } from 'lucide-react';
import type { ReactNode } from 'react';
import { foldersQuery } from '../shared/account-queries.js';
import { ActionMenu } from '../shared/action-menu.js';
import { Button } from '../shared/button.js';

interface Props {
  accountId: string;
  /** folder that the messages are in */
  from: string | undefined;
  onMove: (folderId: string, name: string) => void;
}

/** The folders of an account, to move messages into. */
export function MoveMenu({ accountId, from, onMove }: Props): ReactNode {
  const { t } = useLingui();
  const folders = useQuery(foldersQuery(accountId)).data ?? [];
  const targets = folders.filter(
    ({ id, selectable, onServer, role }) => selectable && onServer && id !== from && role !== 'drafts',
  );
  return (
    <ActionMenu
      label={t`Move to`}
      trigger={<Button look="quiet" aria-label={t`Move to a folder`} icon={<FolderInput size={18} aria-hidden />} />}
      actions={targets.map(({ id, path }) => ({ id, label: path, run: () => onMove(id, path) }))}
    />
  );
}
