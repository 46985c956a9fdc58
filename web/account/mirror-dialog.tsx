import { useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, ask, type Schemas } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { useProblemText } from '../shared/problem-text.js';
import { SelectField } from '../shared/select-field.js';
import { Shown } from '../shared/shown.js';
import { tell } from '../shared/toasts.js';

type Direction = Schemas['MirrorFoldersBody']['direction'];
type Mirrored = Schemas['MirroredFolderAnswer'];

const mirror = (id: string, direction: Direction, dryRun: boolean) =>
  ask(api.POST('/api/accounts/{id}/folders/mirror', { params: { path: { id } }, body: { direction, dryRun } }));

/** Makes the folders here and on the server equal. It first shows the changes, and makes them when asked to. */
export function MirrorDialog({ accountId, onClose }: { accountId: string; onClose: () => void }): ReactNode {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const [direction, setDirection] = useState<Direction>('to-server');
  const planned = useQuery({
    queryKey: ['mirror', accountId, direction],
    gcTime: 0,
    queryFn: () => mirror(accountId, direction, true),
  });
  const run = useMutation({
    mutationFn: () => mirror(accountId, direction, false),
    onSuccess: ({ folders }) => {
      const refused = folders.find(({ outcome }) => outcome === 'refused');
      if (refused) return tell({ text: `${refused.path}: ${refused.detail ?? refused.reason ?? ''}`, bad: true });
      tell({ text: t`The folders are equal now` });
      return onClose();
    },
    onError: (error) => void tell({ text: textOf(error), bad: true }),
    onSettled: () => {
      for (const word of ['folders', 'history', 'gaps', 'mirror']) void client.invalidateQueries({ queryKey: [word] });
    },
  });
  return (
    <ModalDialog title={t`Recreate the structure of folders`} open onClose={onClose}>
      <SelectField<Direction>
        label={t`Direction`}
        value={direction}
        options={[
          ['to-server', t`create on the server the folders that only this service has`],
          ['from-server', t`take over all folders of the server`],
        ]}
        onChange={setDirection}
      />
      <Shown of={planned}>
        {({ folders }) =>
          folders.length === 0 ? (
            <p>{t`Nothing has to change: the folders are equal already.`}</p>
          ) : (
            <Changes folders={folders} />
          )
        }
      </Shown>
      <div className="dialog-actions">
        <Button onPress={onClose}>{t`Cancel`}</Button>
        <Button
          look="primary"
          isDisabled={!planned.data?.folders.length}
          isPending={run.isPending}
          onPress={() => run.mutate()}
        >
          {t`Make these changes`}
        </Button>
      </div>
    </ModalDialog>
  );
}

function Changes({ folders }: { folders: readonly Mirrored[] }): ReactNode {
  const { t } = useLingui();
  const actions: Record<Mirrored['action'], string> = {
    create: t`create on the server`,
    choose: t`fetch its mail from now on`,
    forget: t`leave out of the list`,
  };
  return (
    <ul className="bullets">
      {folders.map(({ folderId, path, action, outcome, detail }) => (
        <li key={folderId}>
          <strong>{path}</strong>: {actions[action]}
          {outcome === 'refused' && <span className="wrong"> {detail}</span>}
        </li>
      ))}
    </ul>
  );
}
