import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { useKept } from '../shared/kept.js';
import { useProblemText } from '../shared/problem-text.js';
import { ServerFields } from '../shared/server-fields.js';
import { TextField } from '../shared/text-field.js';
import { tell } from '../shared/toasts.js';
import type { Account } from './account-queries.js';
import { useSettings } from './use-settings.js';

type Changed = Partial<Pick<Account, 'address' | 'login' | 'incoming' | 'outgoing'>>;

/** Servers, login and password: saved together, because a stored password never goes to a new server. */
export function ServersSection({ account, editable }: { account: Account; editable: boolean }): ReactNode {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const { save, saving } = useSettings(account);
  const [changed, setChanged] = useKept<Changed>(`servers ${account.id}`);
  const [password, setPassword] = useState('');
  const shown = { ...account, ...changed };
  const isChanged = changed !== undefined;
  const changePassword = useMutation({
    mutationFn: () =>
      ask(api.PUT('/api/accounts/{id}/password', { params: { path: { id: account.id } }, body: { password } })),
    onSuccess: ({ login }) => {
      setPassword('');
      tell(
        login === 'accepted'
          ? { text: t`The new password is stored, and the mail server accepts it` }
          : { text: t`The new password is stored, but the mail server refuses it`, bad: true },
      );
    },
    onError: (error) => tell({ text: textOf(error), bad: true }),
    onSettled: () => {
      for (const word of ['account', 'accounts', 'history']) void client.invalidateQueries({ queryKey: [word] });
    },
  });
  return (
    <section className="card">
      <h2>{t`Servers and login`}</h2>
      <TextField
        label={t`Address`}
        type="email"
        value={shown.address}
        disabled={!editable}
        onChange={(address) => setChanged({ ...changed, address })}
      />
      <TextField
        label={t`Login`}
        value={shown.login}
        disabled={!editable}
        onChange={(login) => setChanged({ ...changed, login })}
      />
      <ServerFields
        title={t`Incoming server (IMAP)`}
        value={shown.incoming}
        disabled={!editable}
        onChange={(incoming) => setChanged({ ...changed, incoming })}
      />
      <ServerFields
        title={t`Outgoing server (SMTP)`}
        value={shown.outgoing}
        disabled={!editable}
        onChange={(outgoing) => setChanged({ ...changed, outgoing })}
      />
      {editable && account.signIn === 'password' && (
        <TextField
          label={t`Password of the mailbox`}
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          hint={t`Needed for new servers or a new login. Alone, it replaces the stored password and is tried at once.`}
        />
      )}
      {editable && (isChanged || password !== '') && (
        <div className="dialog-actions">
          <Button
            onPress={() => {
              setChanged(undefined);
              setPassword('');
            }}
          >
            {t`Cancel`}
          </Button>
          <Button
            look="primary"
            isPending={saving || changePassword.isPending}
            onPress={() => {
              if (!isChanged) return changePassword.mutate();
              save({ ...changed, ...(password ? { password } : {}) }, () => {
                setChanged(undefined);
                setPassword('');
              });
            }}
          >
            {isChanged ? t`Save` : t`Change the password`}
          </Button>
        </div>
      )}
    </section>
  );
}
