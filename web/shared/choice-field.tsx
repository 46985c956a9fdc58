import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { ActionMenu } from './action-menu.js';
import { choicesOf, labelOf, type Option } from './actions.js';

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly Option<T>[];
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
            <span>{labelOf(options, value)}</span>
            <ChevronDown size={16} aria-hidden />
          </AriaButton>
        }
        actions={choicesOf(options, value, onChange)}
      />
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
