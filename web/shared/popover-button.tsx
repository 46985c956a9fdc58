import { type ReactElement, type ReactNode, useMemo, useRef, useState } from 'react';
import { ButtonContext } from 'react-aria-components/Button';
import type { Placement } from './actions.js';
import { loadedLater } from './loaded-later.js';

interface Props {
  label: string;
  /** class of the dialog */
  className: string;
  /** a button of React Aria */
  trigger: ReactElement;
  placement: Placement;
  children: (close: () => void) => ReactNode;
}

const { Component: OpenedPopover, preload } = loadedLater(
  async () => (await import('./opened-popover.js')).OpenedPopover,
);

/** A button that opens a small dialog beside it. */
export function PopoverButton({ label, className, trigger, placement, children }: Props): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const context = useMemo(
    () => ({
      ref: button,
      'aria-haspopup': 'dialog' as const,
      'aria-expanded': open,
      onPress: () => setOpen(true),
      onHoverStart: preload,
      onFocus: preload,
    }),
    [open],
  );
  const close = (): void => setOpen(false);
  return (
    <>
      <ButtonContext.Provider value={context}>{trigger}</ButtonContext.Provider>
      {open && (
        <OpenedPopover label={label} className={className} button={button} placement={placement} onClose={close}>
          {children(close)}
        </OpenedPopover>
      )}
    </>
  );
}
