import { type ReactNode, useState } from 'react';
import { TextField } from '../shared/text-field.js';

interface Props {
  label: string;
  value: string;
  hint?: string;
  type?: 'text' | 'date' | 'email' | 'number';
  disabled?: boolean;
  onSave: (value: string) => void;
}

/** A field that saves when it is left, or by Enter. */
export function SavedField({ value, onSave, ...props }: Props): ReactNode {
  const [typed, setTyped] = useState<string>();
  const save = (): void => {
    if (typed !== undefined && typed !== value) onSave(typed);
    setTyped(undefined);
  };
  return (
    <TextField {...props} value={typed ?? value} onChange={setTyped} onBlur={save} onEnter={save} autoComplete="off" />
  );
}
