import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../shared/api.js';
import { Avatar } from '../shared/avatar.js';
import { Button } from '../shared/button.js';
import { useDates } from '../shared/dates.js';
import { ModalDialog } from '../shared/modal-dialog.js';

interface Props {
  messages: readonly Schemas['MessageAnswer'][];
  onSend: () => void;
  /** leaves the window, so that the conversation can be read */
  onRead: () => void;
  onClose: () => void;
}

/** Somebody has answered, or written again, while a person wrote: that person decides. */
export function MovedDialog({ messages, onSend, onRead, onClose }: Props): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  return (
    <ModalDialog title={t`The conversation has gone on`} open onClose={onClose} width={520}>
      <p>{t`These messages came while you wrote. Your text is kept.`}</p>
      <ul className="moved">
        {messages.map((message) => {
          const { id, accountId, box, from, preview, receivedAt } = message;
          const name = from?.name || from?.address || t`(unknown)`;
          const time = dates.short(receivedAt);
          return (
            <li key={id}>
              <Avatar name={name} size={32} />
              <div>
                <p>
                  <strong>{box === 'sent' ? t`${name} answered, ${time}` : t`${name} wrote, ${time}`}</strong>
                </p>
                <p className="soft">{preview}</p>
                <Link to="/mail" search={{ account: accountId, box, open: id }} onClick={onRead}>{t`Read it`}</Link>
              </div>
            </li>
          );
        })}
      </ul>
      <div className="dialog-actions">
        <Button onPress={onSend}>{t`Send anyway`}</Button>
        <Button look="primary" onPress={onClose}>{t`Back to the message`}</Button>
      </div>
    </ModalDialog>
  );
}
