import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import type { Me } from '../shared/me.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { Problem } from '../shared/problem.js';
import { useProblemText } from '../shared/problem-text.js';
import { ROLES } from '../shared/role-names.js';
import { SelectField } from '../shared/select-field.js';
import { TextField } from '../shared/text-field.js';
import { tell } from '../shared/toasts.js';

const NAMES = ['user', 'administrator', 'auditor'] as const;

export function AddPersonDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t, i18n } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Me['role']>('user');
  const add = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/users', {
          body: { name: name.trim(), email: email.trim(), role, ...(password ? { password } : {}) },
        }),
      ),
    onSuccess: () => {
      tell({ text: t`${name.trim()} may sign in now` });
      onClose();
    },
    onSettled: () => {
      for (const word of ['people', 'users']) void client.invalidateQueries({ queryKey: [word] });
    },
  });
  const problem = add.error instanceof Problem ? add.error : undefined;
  return (
    <ModalDialog title={t`Add a person`} open onClose={onClose}>
      <TextField label={t`Name`} value={name} onChange={setName} wrong={problem?.field('name')} />
      <TextField
        label={t`E-mail address`}
        type="email"
        value={email}
        onChange={setEmail}
        wrong={problem?.field('email')}
      />
      <SelectField
        label={t`Role`}
        value={role}
        options={NAMES.map((each) => [each, i18n._(ROLES[each])] as const)}
        onChange={setRole}
      />
      <TextField
        label={t`Password`}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        wrong={problem?.field('password')}
        hint={t`Empty for people that sign in at the provider of your company`}
      />
      {problem && problem.document.errors === undefined && (
        <p className="notice bad" role="alert">
          {textOf(problem)}
        </p>
      )}
      <div className="dialog-actions">
        <Button onPress={onClose}>{t`Cancel`}</Button>
        <Button
          look="primary"
          isDisabled={!name.trim() || !email.trim()}
          isPending={add.isPending}
          onPress={() => add.mutate()}
        >
          {t`Add`}
        </Button>
      </div>
    </ModalDialog>
  );
}
