import { useEffect, useEffectEvent } from 'react';

/** True if the event belongs to a field, a dialog or a menu. */
function isTaken({ target, ctrlKey, metaKey, altKey, defaultPrevented }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || defaultPrevented || !(target instanceof Element)) return true;
  return (
    target.closest(
      'input:not([type=checkbox]), textarea, select, [contenteditable], dialog, [role=dialog], [role=menu]',
    ) !== null
  );
}

/** Runs the action of a key, unless somebody types. */
export function useShortcuts(actions: Readonly<Record<string, (() => void) | undefined>>): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const action = isTaken(event) ? undefined : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => pressed(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}
