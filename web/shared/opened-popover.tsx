import type { ReactNode, RefObject } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import type { Placement } from './actions.js';

interface Props {
  label: string;
  className: string;
  button: RefObject<HTMLButtonElement | null>;
  placement: Placement;
  onClose: () => void;
  children: ReactNode;
}

export function OpenedPopover({ label, className, button, placement, onClose, children }: Props): ReactNode {
  return (
    <Popover className="popover" triggerRef={button} isOpen onOpenChange={onClose} placement={placement} offset={6}>
      <Dialog className={className} aria-label={label}>
        {children}
      </Dialog>
    </Popover>
  );
}
