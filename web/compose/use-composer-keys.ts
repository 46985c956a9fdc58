import { type RefObject, useEffect, useEffectEvent } from 'react';

interface Keys {
  send: () => void;
  leave: () => void;
}

/** Ctrl+Enter sends and Esc leaves, wherever the focus is within the window. */
export function useComposerKeys(root: RefObject<HTMLElement | null>, keys: Keys): void {
  const send = useEffectEvent(keys.send);
  const leave = useEffectEvent(keys.leave);
  useEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const pressed = (event: KeyboardEvent): void => {
      const isSend = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
      if (!isSend && (event.key !== 'Escape' || isOpenBox(event.target))) return;
      event.preventDefault();
      // The editor would begin a line.
      event.stopPropagation();
      if (!isSend) return leave();
      // A typed recipient becomes one when its field loses the focus.
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      setTimeout(send);
    };
    element.addEventListener('keydown', pressed, { capture: true });
    return () => element.removeEventListener('keydown', pressed, { capture: true });
  }, [root]);
}

/** True for a field with suggestions: Esc closes these first. */
const isOpenBox = (target: EventTarget | null): boolean =>
  target instanceof Element && target.getAttribute('aria-expanded') === 'true';
