import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Button } from '../shared/button.js';
import { ModalDialog } from '../shared/modal-dialog.js';

/** Asks before written text is thrown away. */
export function DiscardDialog({ onDiscard, onClose }: { onDiscard: () => void; onClose: () => void }): ReactNode {
  const { t } = useLingui();
  return (
    <ModalDialog title={t`Discard the message?`} open onClose={onClose} width={400}>
      <p>{t`The text and the files in it are lost.`}</p>
      <div className="dialog-actions">
        <Button look="danger" onPress={onDiscard}>{t`Discard`}</Button>
        <Button look="primary" onPress={onClose}>{t`Back to the message`}</Button>
      </div>
    </ModalDialog>
  );
}
