import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { ActionMenu } from './action-menu.js';

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [value: T, label: string])[];
  onChange: (value: T) => void;
  hint?: ReactNode;
  disabled?: boolean;
}

/**
 * A labelled choice that is saved at once. In a select of the browser, arrow keys would save everything on their way.
 */
export function ChoiceField<T extends string>(props: Props<T>): ReactNode {
  const { label, value, options, onChange, hint, disabled = false } = props;
  const id = useId();
  return (
    <div className="field">
      <span id={`${id}-label`} className="field-label">
        {label}
      </span>
      <ActionMenu
        label={label}
        placement="bottom start"
        trigger={
          <AriaButton
            id={id}
            className="input choice"
            aria-labelledby={`${id}-label ${id}`}
            isDisabled={disabled}
            {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
          >
            <span>{options.find(([each]) => each === value)?.[1] ?? value}</span>
            <ChevronDown size={16} aria-hidden />
          </AriaButton>
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
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
