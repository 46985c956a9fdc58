import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Button } from '../shared/button.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import type { Doubt } from './checks.js';

const QUESTIONS: Record<Doubt, MessageDescriptor> = {
  'no-subject': msg`The message has no subject.`,
  'no-file': msg`The text speaks of an attachment, but no file is attached.`,
};

interface Props {
  doubts: readonly Doubt[];
  onSend: () => void;
  onClose: () => void;
}

/** Asks once about things that people forget. */
export function DoubtsDialog({ doubts, onSend, onClose }: Props): ReactNode {
  const { t, i18n } = useLingui();
  return (
    <ModalDialog title={t`Send it like this?`} open onClose={onClose} width={420}>
      <ul className="doubts">
        {doubts.map((doubt) => (
          <li key={doubt}>{i18n._(QUESTIONS[doubt])}</li>
        ))}
      </ul>
      <div className="dialog-actions">
        <Button onPress={onSend}>{t`Send anyway`}</Button>
        <Button look="primary" onPress={onClose}>{t`Back to the message`}</Button>
      </div>
    </ModalDialog>
  );
}
