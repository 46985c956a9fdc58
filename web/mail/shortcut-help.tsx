import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { ModalDialog } from '../shared/modal-dialog.js';

export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const { t } = useLingui();
  const keys = [
    ['j', t`next message`],
    ['k', t`previous message`],
    ['o', t`open the message`],
    ['Esc', t`close the message`],
    ['c', t`write a message`],
    ['r', t`reply`],
    ['a', t`reply to all`],
    ['f', t`forward`],
    ['x', t`choose the message`],
    ['e', t`into the archive`],
    ['#', t`into the trash`],
    ['s', t`flag, or take the flag away`],
    ['u', t`read or unread`],
    ['/', t`search`],
    ['?', t`this help`],
  ];
  return (
    <ModalDialog title={t`Keyboard shortcuts`} open={open} onClose={onClose} width={420}>
      <dl className="shortcuts">
        {keys.map(([key, action]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{action}</dd>
          </div>
        ))}
      </dl>
    </ModalDialog>
  );
}
