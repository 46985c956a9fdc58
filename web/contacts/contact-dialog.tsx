import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, ask, type Schemas } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { useProblemText } from '../shared/problem-text.js';
import { TextField } from '../shared/text-field.js';
import { tell } from '../shared/toasts.js';

/** Adds a contact, or changes one; a change of somebody else meanwhile is refused. */
export function ContactDialog({
  contact,
  onClose,
}: {
  contact: Schemas['ContactAnswer'] | undefined;
  onClose: () => void;
}): ReactNode {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const [name, setName] = useState(contact?.name ?? '');
  const [emails, setEmails] = useState(contact?.emails.join(', ') ?? '');
  const save = useMutation({
    mutationFn: (): Promise<unknown> => {
      const body = { name: name.trim(), emails: emails.split(/[\s,;]+/).filter(Boolean) };
      if (!contact) return ask(api.POST('/api/contacts', { body }));
      const params = { path: { id: contact.id } };
      const headers = { 'If-Match': `"${contact.revision}"` };
      return ask(api.PATCH('/api/contacts/{id}', { params, headers, body }));
    },
    onSuccess: () => {
      tell({ text: t`Saved` });
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['contacts'] }),
  });
  return (
    <ModalDialog title={contact ? t`Edit the contact` : t`Add a contact`} open onClose={onClose}>
      <TextField label={t`Name`} value={name} onChange={setName} />
      <TextField
        label={t`Addresses`}
        value={emails}
        onChange={setEmails}
        hint={t`Several addresses with commas between them`}
      />
      {save.error && (
        <p className="notice bad" role="alert">
          {textOf(save.error)}
        </p>
      )}
      <div className="dialog-actions">
        <Button onPress={onClose}>{t`Cancel`}</Button>
        <Button look="primary" isDisabled={name.trim() === ''} isPending={save.isPending} onPress={() => save.mutate()}>
          {t`Save`}
        </Button>
      </div>
    </ModalDialog>
  );
}
