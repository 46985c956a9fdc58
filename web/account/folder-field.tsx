import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { foldersQuery } from '../shared/account-queries.js';
import { useMe } from '../shared/me.js';
import { ChoiceField } from '../shared/choice-field.js';

interface Props {
  accountId: string;
  label: string;
  /** path of the folder; null: the folder that the server marks */
  value: string | null;
  editable: boolean;
  onChange: (path: string | null) => void;
}

/** A folder of the server for copies. */
export function FolderField({ accountId, label, value, editable, onChange }: Props): ReactNode {
  const { t } = useLingui();
  // Auditors read settings, but not the folders.
  const isAuditor = useMe().role === 'auditor';
  const folders = useQuery({ ...foldersQuery(accountId), enabled: !isAuditor }).data ?? [];
  const paths = folders.filter(({ selectable, onServer }) => selectable && onServer).map(({ path }) => path);
  const shown = value === null || paths.includes(value) ? paths : [value, ...paths];
  return (
    <ChoiceField
      label={label}
      value={value ?? ''}
      disabled={!editable}
      options={[['', t`the folder that the server marks for it`], ...shown.map((path) => [path, path] as const)]}
      onChange={(path) => onChange(path || null)}
    />
  );
}
