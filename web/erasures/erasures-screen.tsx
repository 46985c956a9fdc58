import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Eraser } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api, ask, type Schemas } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { useDates } from '../shared/dates.js';
import { ListScreen } from '../shared/list-screen.js';
import { useMe } from '../shared/me.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { useProblemText } from '../shared/problem-text.js';
import { TextField } from '../shared/text-field.js';
import { tell } from '../shared/toasts.js';

export function ErasuresScreen(): ReactNode {
  const { t } = useLingui();
  const me = useMe();
  const dates = useDates();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <ListScreen
        title={t`Erasures`}
        queryKey={['erasures']}
        load={({ cursor }, signal) =>
          ask(api.GET('/api/erasures', { params: { query: cursor ? { cursor } : {} }, signal }))
        }
        columns={[t`Requested`, t`By`, t`State`, t`Messages`, t`Contacts`, t`Tasks`]}
        row={(erasure: Schemas['ErasureOnRecord']) => (
          <tr key={erasure.id}>
            <td title={dates.full(erasure.requestedAt)}>{dates.short(erasure.requestedAt)}</td>
            <td>{erasure.by.name}</td>
            <td>
              <span className={erasure.state === 'done' ? 'badge good' : 'badge warning'}>
                {erasure.state === 'done' ? t`done` : t`running`}
              </span>
            </td>
            <td className="number">{erasure.messages}</td>
            <td className="number">{erasure.contacts}</td>
            <td className="number">{erasure.tasks}</td>
          </tr>
        )}
        empty={{
          icon: <Eraser size={22} />,
          title: t`Nobody was erased`,
          text: t`An erasure forgets a person in mail, contacts and tasks; the record of changes stays intact.`,
        }}
        action={
          me.role === 'administrator' && (
            <Button look="danger" onPress={() => setAsking(true)}>{t`Erase a person`}</Button>
          )
        }
      />
      {asking && <EraseDialog onClose={() => setAsking(false)} />}
    </>
  );
}

/** Counts the traces of a person first, then erases them. */
function EraseDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const [address, setAddress] = useState('');
  const send = (preview: boolean) => ask(api.POST('/api/erasures', { body: { address: address.trim(), preview } }));
  const count = useMutation({ mutationFn: () => send(true) });
  const erase = useMutation({
    mutationFn: () => send(false),
    onSuccess: () => {
      tell({ text: t`The erasure has begun` });
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['erasures'] }),
  });
  const problem = count.error ?? erase.error;
  const found = count.data;
  return (
    <ModalDialog title={t`Erase a person`} open onClose={onClose}>
      <TextField
        label={t`E-mail address`}
        type="email"
        value={address}
        onChange={(next) => {
          setAddress(next);
          count.reset();
        }}
      />
      {found && (
        <div className="notice warning">
          <div>
            <strong>{t`This will be erased for good:`}</strong>
            <span>{t`Messages: ${found.messages ?? 0}`}</span>
            <span>{t`Contacts: ${found.contacts ?? 0}`}</span>
            <span>{t`Companies: ${found.companies ?? 0}`}</span>
            <span>{t`Tasks: ${found.tasks ?? 0}`}</span>
          </div>
        </div>
      )}
      {problem && (
        <p className="notice bad" role="alert">
          {textOf(problem)}
        </p>
      )}
      <div className="dialog-actions">
        <Button onPress={onClose}>{t`Cancel`}</Button>
        {found ? (
          <Button look="danger" isPending={erase.isPending} onPress={() => erase.mutate()}>{t`Erase for good`}</Button>
        ) : (
          <Button
            look="primary"
            isDisabled={!address.trim()}
            isPending={count.isPending}
            onPress={() => count.mutate()}
          >
            {t`Show the traces`}
          </Button>
        )}
      </div>
    </ModalDialog>
  );
}
