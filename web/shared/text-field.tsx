import { type ReactNode, useId } from 'react';

interface Props {
  label: string;
  name?: string;
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'date' | 'number' | 'datetime-local';
  hint?: ReactNode;
  wrong?: string | undefined;
  autoComplete?: string;
  required?: boolean;
  disabled?: boolean;
  placeholder?: string;
  /** earliest value of a time */
  min?: string;
  onBlur?: () => void;
  onEnter?: () => void;
}

/** A labelled field; its hint and its error are read with its name. */
export function TextField({ label, value, onChange, hint, wrong, onEnter, ...rest }: Props): ReactNode {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, wrong !== undefined && `${id}-wrong`].filter(Boolean);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...rest}
        id={id}
        className="input"
        value={value}
        aria-invalid={wrong !== undefined || undefined}
        aria-describedby={described.join(' ') || undefined}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onEnter?.();
        }}
      />
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p className="wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
