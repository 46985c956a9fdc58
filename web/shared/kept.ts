import { useState } from 'react';

/**
 * Texts that people typed and did not save yet, by place. They outlive the change to another screen, but never reach
 * the storage of the browser.
 */
const kept = new Map<string, unknown>();

/** The browser asks before it closes a tab that holds unsaved text. */
window.addEventListener('beforeunload', (event) => {
  if (kept.size > 0) event.preventDefault();
});

/** State of a form that stays when the form is left and opened again. Undefined: nothing is unsaved. */
export function useKept<T>(place: string): [value: T | undefined, set: (value: T | undefined) => void] {
  const [value, setValue] = useState(() => kept.get(place) as T | undefined);
  return [
    value,
    (next) => {
      if (next === undefined) kept.delete(place);
      else kept.set(place, next);
      setValue(next);
    },
  ];
}
