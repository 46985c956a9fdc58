import { Check } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import type { Action, Placement } from './actions.js';

interface Props {
  label: string;
  button: RefObject<HTMLButtonElement | null>;
  actions: readonly Action[];
  placement: Placement;
  onClose: () => void;
}

/** The list of actions below its button. */
export function OpenedMenu({ label, button, actions, placement, onClose }: Props): ReactNode {
  return (
    <Popover
      className="popover"
      trigger="MenuTrigger"
      triggerRef={button}
      isOpen
      onOpenChange={onClose}
      placement={placement}
      offset={4}
    >
      <Menu
        className="menu"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the focus goes into an opened menu (ARIA practices)
        autoFocus="first"
        onClose={onClose}
        onAction={(key) => {
          onClose();
          actions.find(({ id }) => id === key)?.run();
        }}
      >
        {actions.flatMap(({ id, label: text, icon, chosen, danger, apart }) => [
          ...(apart ? [<Separator key={`${id}-line`} className="menu-line" />] : []),
          <MenuItem key={id} id={id} textValue={text} className={danger ? 'menu-item danger' : 'menu-item'}>
            {icon}
            <span>{text}</span>
            {chosen && <Check className="chosen" size={16} aria-hidden />}
          </MenuItem>,
        ])}
      </Menu>
    </Popover>
  );
}
