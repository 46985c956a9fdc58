import type { ReactNode } from 'react';

interface Props {
  label: string;
  /** true: the label is for screen readers only */
  hiddenLabel?: boolean;
  value: boolean;
  /** true: some of the things that the box stands for are chosen */
  mixed?: boolean;
  onChange: (value: boolean) => void;
  disabled?: boolean;
}

export function CheckBox({
  label,
  hiddenLabel = false,
  value,
  mixed = false,
  onChange,
  disabled = false,
}: Props): ReactNode {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={value}
        disabled={disabled}
        ref={(input) => {
          if (input) input.indeterminate = mixed && !value;
        }}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className={hiddenLabel ? 'visually-hidden' : undefined}>{label}</span>
    </label>
  );
}
