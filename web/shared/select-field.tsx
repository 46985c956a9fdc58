import { type ReactNode, useId } from 'react';

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [value: T, label: string])[];
  onChange: (value: T) => void;
  hint?: ReactNode;
  /** true: the label is for screen readers only */
  hiddenLabel?: boolean;
  disabled?: boolean;
}

export function SelectField<T extends string>(props: Props<T>): ReactNode {
  const { label, value, options, onChange, hint, hiddenLabel = false, disabled = false } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={hiddenLabel ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <select
        id={id}
        className="input"
        value={value}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.value as T)}
      >
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
