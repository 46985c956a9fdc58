import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { ActionMenu } from './action-menu.js';
import { Button } from './button.js';

interface Props<T extends string> {
  /** name of the choice for screen readers */
  label: string;
  value: T;
  options: readonly (readonly [value: T, label: string])[];
  onChange: (value: T) => void;
  disabled?: boolean;
}

/** A choice that is in force at once. In a select of the browser, arrow keys would choose everything on their way. */
export function ChoiceMenu<T extends string>({ label, value, options, onChange, disabled }: Props<T>): ReactNode {
  const shown = options.find(([each]) => each === value)?.[1] ?? value;
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
      actions={options.map(([each, text]) => ({
        id: each || 'none',
        label: text,
        chosen: each === value,
        run: () => {
          if (each !== value) onChange(each);
        },
      }))}
    />
  );
}
