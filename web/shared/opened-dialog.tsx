import { useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { focusFirstField } from './focus.js';
import { IconButton } from './icon-button.js';
import type { DialogProps } from './dialog-props.js';

export function OpenedDialog({ title, onClose, width = 480, dismissable = true, children }: DialogProps): ReactNode {
  const { t } = useLingui();
  return (
    <ModalOverlay
      className="veil"
      isOpen
      isDismissable={dismissable}
      isKeyboardDismissDisabled={!dismissable}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Modal className="dialog-frame" style={{ '--width': `${width}px` } as CSSProperties}>
        <Dialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {dismissable && <IconButton small label={t`Close`} icon={<X size={18} />} onPress={onClose} />}
          </div>
          <div className="dialog-body" ref={focusFirstField}>
            {children}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
