import type { ReactNode } from 'react';
import type { ButtonProps } from 'react-aria-components/Button';
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip';
import { Button } from './button.js';

interface Props extends Omit<ButtonProps, 'className' | 'children' | 'aria-label'> {
  /** name for screen readers, and the tooltip */
  label: string;
  /** key of the shortcut */
  shortcut?: string;
  icon: ReactNode;
  small?: boolean;
}

/** A button with an icon alone. Its name shows on hover and on focus. */
export function IconButton({ label, shortcut, icon, small, ...props }: Props): ReactNode {
  return (
    <TooltipTrigger delay={500}>
      <Button {...props} aria-label={label} look="quiet" icon={icon} {...(small === undefined ? {} : { small })} />
      <Tooltip className="tooltip" offset={6}>
        {shortcut === undefined ? label : `${label} (${shortcut})`}
      </Tooltip>
    </TooltipTrigger>
  );
}
