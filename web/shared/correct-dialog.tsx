import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import { Button } from './button.js';
import { ModalDialog } from './modal-dialog.js';
import { TextField } from './text-field.js';

interface Props {
  /** addresses that did not take the message */
  addresses: readonly string[];
  /** sends to the addresses that are left */
  onSend: (addresses: string[]) => void;
  onClose: () => void;
}

/** Corrects the addresses of a message that did not arrive there. An empty field leaves its recipient out. */
export function CorrectDialog({ addresses, onSend, onClose }: Props): ReactNode {
  const { t } = useLingui();
  const [typed, setTyped] = useState(addresses);
  const given = typed.map((address) => address.trim()).filter((address) => address !== '');
  const isWrong = (address: string): boolean =>
    address.trim() !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address.trim());
  const isReady = given.length > 0 && !typed.some(isWrong);
  return (
    <ModalDialog title={t`Send again to a corrected address`} open onClose={onClose}>
      <form
        className="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onSend(given);
        }}
      >
        <p className="hint">{t`The same text goes to these addresses as a new message.`}</p>
        {addresses.map((address, n) => (
          <TextField
            key={address}
            label={address}
            value={typed[n] ?? ''}
            wrong={isWrong(typed[n] ?? '') ? t`This is not a mail address.` : undefined}
            onChange={(value) => setTyped(typed.with(n, value))}
          />
        ))}
        <div className="dialog-actions">
          <Button onPress={onClose}>{t`Cancel`}</Button>
          <Button type="submit" look="primary" isDisabled={!isReady}>{t`Send again`}</Button>
        </div>
      </form>
    </ModalDialog>
  );
}
