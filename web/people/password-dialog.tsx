import { useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { Problem } from '../shared/problem.js';
import { useProblemText } from '../shared/problem-text.js';
import { TextField } from '../shared/text-field.js';
import { tell } from '../shared/toasts.js';

/** A new password for another person; all their sessions end. */
export function PasswordDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }): ReactNode {
  const { t } = useLingui();
  const textOf = useProblemText();
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: () => ask(api.PUT('/api/users/{id}/password', { params: { path: { id } }, body: { password } })),
    onSuccess: () => {
      tell({ text: t`${name} signs in with the new password from now on` });
      onClose();
    },
  });
  const problem = change.error instanceof Problem ? change.error : undefined;
  return (
    <ModalDialog title={t`New password for ${name}`} open onClose={onClose} width={420}>
      <form
        className="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <TextField
          label={t`New password`}
          type="password"
          value={password}
          onChange={setPassword}
          required
          autoComplete="new-password"
          hint={t`All sessions of this person end.`}
          wrong={problem && (problem.field('password') ?? textOf(problem))}
        />
        <div className="dialog-actions">
          <Button onPress={onClose}>{t`Cancel`}</Button>
          <Button type="submit" look="primary" isDisabled={password === ''} isPending={change.isPending}>
            {t`Save`}
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}
