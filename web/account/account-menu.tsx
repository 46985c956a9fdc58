import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Ellipsis, History, PlugZap, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ActionMenu } from '../shared/action-menu.js';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { useProblemText } from '../shared/problem-text.js';
import { tell } from '../shared/toasts.js';
import type { Account } from './account-queries.js';

export function AccountMenu({ account: { id, address } }: { account: Account }): ReactNode {
  const { t } = useLingui();
  const client = useQueryClient();
  const navigate = useNavigate();
  const textOf = useProblemText();
  const [removing, setRemoving] = useState(false);
  const failed = (error: unknown): void => void tell({ text: textOf(error), bad: true });
  const test = useMutation({
    mutationFn: () => ask(api.POST('/api/accounts/{id}/test', { params: { path: { id } } })),
    onSuccess: ({ incoming, outgoing }) => {
      const refused = [incoming, outgoing].find(({ ok }) => !ok);
      tell(
        refused
          ? { text: refused.detail ?? t`A server refused: ${refused.error ?? ''}`, bad: true }
          : { text: t`Both servers accept the login` },
      );
    },
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE('/api/accounts/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      await navigate({ to: '/accounts' });
      await client.invalidateQueries();
      tell({ text: t`${address} is removed` });
    },
    onError: failed,
  });
  return (
    <>
      <ActionMenu
        label={t`More`}
        trigger={
          <Button
            look="quiet"
            aria-label={t`More`}
            icon={<Ellipsis size={18} aria-hidden />}
            isPending={test.isPending}
          />
        }
        actions={[
          {
            id: 'history',
            label: t`Change history`,
            icon: <History size={16} aria-hidden />,
            run: () => void navigate({ to: '/accounts/$id', params: { id }, search: { tab: 'history' } }),
          },
          {
            id: 'test',
            label: t`Test both servers`,
            icon: <PlugZap size={16} aria-hidden />,
            run: () => test.mutate(),
          },
          {
            id: 'remove',
            label: t`Remove the account`,
            icon: <Trash2 size={16} aria-hidden />,
            danger: true,
            apart: true,
            run: () => setRemoving(true),
          },
        ]}
      />
      <ModalDialog title={t`Remove ${address}?`} open={removing} onClose={() => setRemoving(false)}>
        <p>{t`All work for the account stops, its password is erased, and its mail is hidden. Its history stays. This cannot be undone.`}</p>
        <div className="dialog-actions">
          <Button onPress={() => setRemoving(false)}>{t`Cancel`}</Button>
          <Button look="danger" isPending={remove.isPending} onPress={() => remove.mutate()}>{t`Remove`}</Button>
        </div>
      </ModalDialog>
    </>
  );
}
