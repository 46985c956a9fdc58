import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { useProblemText } from '../shared/problem-text.js';
import { tell } from '../shared/toasts.js';
import type { Message } from './mail-queries.js';

interface Props {
  messages: readonly Message[];
  onDone: () => void;
  onClose: () => void;
}

/** Asks first: nothing brings a destroyed message back. */
export function DestroyDialog({ messages, onDone, onClose }: Props): ReactNode {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const count = messages.length;
  const destroy = useMutation({
    mutationFn: async () => {
      for (const { id } of messages)
        await ask(api.DELETE('/api/messages/{id}', { params: { path: { id }, query: { forever: true } } }));
    },
    onSuccess: () => {
      tell({ text: plural(count, { one: '# message is deleted for good', other: '# messages are deleted for good' }) });
      onDone();
    },
    onError: (error) => tell({ text: textOf(error), bad: true }),
    onSettled: () => {
      onClose();
      for (const word of ['messages', 'calendar', 'folders', 'accounts', 'thread'])
        void client.invalidateQueries({ queryKey: [word] });
    },
  });
  return (
    <ModalDialog
      title={plural(count, { one: 'Delete # message for good?', other: 'Delete # messages for good?' })}
      open
      onClose={onClose}
      width={420}
    >
      <p>{t`Text and files are destroyed here and cannot be restored. A task about the message stays.`}</p>
      <div className="dialog-actions">
        <Button onPress={onClose}>{t`Cancel`}</Button>
        <Button look="danger" isPending={destroy.isPending} onPress={() => destroy.mutate()}>
          {t`Delete for good`}
        </Button>
      </div>
    </ModalDialog>
  );
}
