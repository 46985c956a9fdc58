import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api, ask, type Schemas } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { useDates } from '../shared/dates.js';
import { IconButton } from '../shared/icon-button.js';
import { ListScreen } from '../shared/list-screen.js';
import type { Me } from '../shared/me.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { useProblemText } from '../shared/problem-text.js';
import { ROLES } from '../shared/role-names.js';
import { SelectField } from '../shared/select-field.js';
import { TextField } from '../shared/text-field.js';
import { useCommand } from '../shared/use-command.js';

type Token = Schemas['IssuedTokenAnswer'];
const NAMES = ['user', 'administrator', 'auditor'] as const;

export function TokensScreen(): ReactNode {
  const { t, i18n } = useLingui();
  const dates = useDates();
  const [issuing, setIssuing] = useState(false);
  const [revoked, setRevoked] = useState<Token>();
  const command = useCommand('tokens');
  return (
    <>
      <ListScreen
        title={t`Tokens of services`}
        queryKey={['tokens']}
        load={({ cursor }, signal) =>
          ask(api.GET('/api/tokens', { params: { query: cursor ? { cursor } : {} }, signal }))
        }
        columns={[t`Name`, t`Role`, t`Issued`, t`Last use`, '']}
        row={(token: Token) => (
          <tr key={token.id}>
            <td>
              <strong>{token.name}</strong>
            </td>
            <td>{i18n._(ROLES[token.role])}</td>
            <td className="soft">{dates.short(token.issuedAt)}</td>
            <td className="soft">{token.lastUsedAt === null ? t`never` : dates.short(token.lastUsedAt)}</td>
            <td className="number">
              <IconButton
                small
                label={t`Revoke ${token.name}`}
                icon={<Trash2 size={16} />}
                onPress={() => setRevoked(token)}
              />
            </td>
          </tr>
        )}
        empty={{
          icon: <KeyRound size={22} />,
          title: t`No service has a token`,
          text: t`A token lets another program use the interface, with the role that you give it.`,
        }}
        action={
          <Button look="go" icon={<Plus size={17} aria-hidden />} onPress={() => setIssuing(true)}>{t`Add`}</Button>
        }
      />
      {issuing && <IssueDialog onClose={() => setIssuing(false)} />}
      <ModalDialog
        title={t`Revoke ${revoked?.name ?? ''}?`}
        open={revoked !== undefined}
        onClose={() => setRevoked(undefined)}
      >
        <p>{t`The service that uses the token is refused from now on. This cannot be undone.`}</p>
        <div className="dialog-actions">
          <Button onPress={() => setRevoked(undefined)}>{t`Cancel`}</Button>
          <Button
            look="danger"
            onPress={() => {
              const { id } = revoked!;
              setRevoked(undefined);
              command.run({
                run: () => ask(api.DELETE('/api/tokens/{id}', { params: { path: { id } } })),
                done: t`The token is revoked`,
              });
            }}
          >
            {t`Revoke`}
          </Button>
        </div>
      </ModalDialog>
    </>
  );
}

/** Issues a token and shows it, once. */
function IssueDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t, i18n } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Me['role']>('user');
  const issue = useMutation({
    mutationFn: () => ask(api.POST('/api/tokens', { body: { name: name.trim(), role } })),
    gcTime: 0,
    onSettled: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  if (issue.data)
    return (
      <ModalDialog title={t`The token of ${name.trim()}`} open onClose={onClose} dismissable={false}>
        <p>{t`Copy the token now: it is never shown again.`}</p>
        <input
          className="input"
          readOnly
          value={issue.data.token}
          aria-label={t`Token`}
          onFocus={(event) => event.target.select()}
        />
        <div className="dialog-actions">
          <Button onPress={() => void navigator.clipboard.writeText(issue.data.token)}>{t`Copy`}</Button>
          <Button look="primary" onPress={onClose}>{t`I have the token`}</Button>
        </div>
      </ModalDialog>
    );
  return (
    <ModalDialog title={t`Issue a token`} open onClose={onClose}>
      <TextField label={t`Name of the service`} value={name} onChange={setName} />
      <SelectField
        label={t`Role`}
        value={role}
        options={NAMES.map((each) => [each, i18n._(ROLES[each])] as const)}
        onChange={setRole}
      />
      {issue.error && (
        <p className="notice bad" role="alert">
          {textOf(issue.error)}
        </p>
      )}
      <div className="dialog-actions">
        <Button onPress={onClose}>{t`Cancel`}</Button>
        <Button look="primary" isDisabled={!name.trim()} isPending={issue.isPending} onPress={() => issue.mutate()}>
          {t`Issue`}
        </Button>
      </div>
    </ModalDialog>
  );
}
