import { useLingui } from '@lingui/react/macro';
import { GitFork } from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { Button } from '../shared/button.js';
import { compose } from '../shared/compositions.js';
import type { DraftKeeper } from './draft-keeper.js';
import { useSlow } from './use-slow.js';

/** Whether the text is kept. */
export function KeptNote({ keeper }: { keeper: DraftKeeper }): ReactNode {
  const { t } = useLingui();
  const state = useSyncExternalStore(keeper.subscribe, () => keeper.state);
  const isSlow = useSlow(state === 'saving');
  if (state === 'new') return null;
  const shown = isSlow ? 'failed' : state;
  const text = {
    unsaved: t`Not saved yet`,
    saving: t`Saving…`,
    saved: t`Draft saved`,
    failed: t`Not saved: the service does not answer. It is tried again.`,
  }[shown];
  return (
    <span className="hint kept-note" data-failed={shown === 'failed' || undefined}>
      {text}
    </span>
  );
}

/** Somebody else has saved the same draft meanwhile. */
export function OtherVersion({ keeper }: { keeper: DraftKeeper }): ReactNode {
  const { t } = useLingui();
  const other = useSyncExternalStore(keeper.subscribe, () => keeper.other);
  if (other === undefined) return null;
  return (
    <div className="notice warning" role="alert">
      <GitFork size={18} aria-hidden />
      <div>{t`Somebody else has changed this draft meanwhile. Both versions are kept; this one is yours.`}</div>
      <Button small onPress={() => compose({ kind: 'draft', draftId: other })}>{t`Open the other`}</Button>
    </div>
  );
}
