import { type KeyboardEvent, type ReactElement, type ReactNode, useMemo, useRef, useState } from 'react';
import { ButtonContext } from 'react-aria-components/Button';
import type { Action, Placement } from './actions.js';
import { loadedLater } from './loaded-later.js';

export type { Action } from './actions.js';

interface Props {
  label: string;
  /** a button of React Aria */
  trigger: ReactElement;
  actions: readonly Action[];
  placement?: Placement;
}

const { Component: OpenedMenu, preload } = loadedLater(async () => (await import('./opened-menu.js')).OpenedMenu);

/** A button that opens a list of actions. The list is a file of its own, because most buttons stay closed. */
export function ActionMenu({ label, trigger, actions, placement = 'bottom end' }: Props): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const context = useMemo(
    () => ({
      ref: button,
      'aria-haspopup': 'menu' as const,
      'aria-expanded': open,
      onPress: () => setOpen(true),
      onHoverStart: preload,
      onFocus: preload,
      onKeyDown: ({ key }: Pick<KeyboardEvent, 'key'>) => {
        if (key === 'ArrowDown') setOpen(true);
      },
    }),
    [open],
  );
  return (
    <>
      <ButtonContext.Provider value={context}>{trigger}</ButtonContext.Provider>
      {open && (
        <OpenedMenu
          label={label}
          button={button}
          actions={actions}
          placement={placement}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
