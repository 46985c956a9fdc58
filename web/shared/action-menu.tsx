import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';

export interface Action {
  id: string;
  label: string;
  icon?: ReactNode;
  chosen?: boolean;
  danger?: boolean;
  /** true: a line above separates this action */
  apart?: boolean;
  run: () => void;
}

interface Props {
  label: string;
  trigger: ReactElement;
  actions: readonly Action[];
  placement?: 'bottom start' | 'bottom end' | 'right bottom' | 'top end';
}

/** A button that opens a list of actions. */
export function ActionMenu({ label, trigger, actions, placement = 'bottom end' }: Props): ReactNode {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className="popover" placement={placement} offset={4}>
        <Menu className="menu" aria-label={label} onAction={(key) => actions.find(({ id }) => id === key)?.run()}>
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
    </MenuTrigger>
  );
}
