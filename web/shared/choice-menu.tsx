import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { ActionMenu } from './action-menu.js';
import { choicesOf, labelOf, type Option } from './actions.js';
import { Button } from './button.js';

interface Props<T extends string> {
  /** name of the choice for screen readers */
  label: string;
  value: T;
  options: readonly Option<T>[];
  onChange: (value: T) => void;
  disabled?: boolean;
}

/** A choice that is in force at once. In a select of the browser, arrow keys would choose everything on their way. */
export function ChoiceMenu<T extends string>({ label, value, options, onChange, disabled }: Props<T>): ReactNode {
  const shown = labelOf(options, value);
  return (
    <ActionMenu
      label={label}
      placement="bottom start"
      trigger={
        <Button small look="quiet" aria-label={`${label}: ${shown}`} isDisabled={disabled ?? false}>
          {shown}
          <ChevronDown size={14} aria-hidden />
        </Button>
      }
      actions={choicesOf(options, value, onChange)}
    />
  );
}
