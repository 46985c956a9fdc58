import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Schemas } from '../shared/api.js';
import type { Started } from './compose-queries.js';
import { DraftKeeper } from './draft-keeper.js';
import type { Writing } from './writing.js';

interface Given {
  started: Started;
  writing: Writing;
  /** gets the id of the draft that keeps the message */
  onDraft: (id: string) => void;
  /** gets the files of a draft that has copies of its own */
  onFiles: (files: readonly Schemas['DraftAttachmentAnswer'][]) => void;
}

/** Keeps a message as a draft while a person writes it, also when the tab is hidden or about to close. */
export function useDraftKeeper({ started, writing, onDraft, onFiles }: Given): DraftKeeper {
  const [keeper] = useState(() => new DraftKeeper(started.writing, started.draft));
  const drafted = useEffectEvent(onDraft);
  const copied = useEffectEvent(onFiles);
  useEffect(() => {
    keeper.listen({ onDraft: (id) => drafted(id), onFiles: (files) => copied(files) });
    const hidden = (): void => {
      if (document.hidden) keeper.keep().catch(() => undefined);
    };
    const leaving = (event: BeforeUnloadEvent): void => {
      if (!keeper.isSafe) event.preventDefault();
    };
    document.addEventListener('visibilitychange', hidden);
    window.addEventListener('beforeunload', leaving);
    return () => {
      document.removeEventListener('visibilitychange', hidden);
      window.removeEventListener('beforeunload', leaving);
    };
  }, [keeper]);
  useEffect(() => keeper.changed(writing), [keeper, writing]);
  return keeper;
}

/** A message that was taken back becomes a draft again. */
export function useReturn(isSent: boolean, keeper: DraftKeeper): void {
  const was = useRef(isSent);
  useEffect(() => {
    if (was.current && !isSent) keeper.begin();
    was.current = isSent;
  }, [isSent, keeper]);
}
