import { useLingui } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { compose } from '../shared/compositions.js';
import { useProblemText } from '../shared/problem-text.js';
import { tell } from '../shared/toasts.js';
import type { DraftKeeper } from './draft-keeper.js';

interface Given {
  keeper: DraftKeeper;
  /** true: the person would miss nothing */
  isEmpty: boolean;
  /** takes the window away */
  onEnd: () => void;
}

/** Queries that show drafts. */
const SHOWING: ReadonlySet<string> = new Set(['messages', 'calendar']);

/** Ways out of a window: with a draft that stays, or without one. */
export function useLeaving({ keeper, isEmpty, onEnd }: Given): { leave: () => void; discard: () => void } {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const showDrafts = (): void =>
    void client.invalidateQueries({ predicate: ({ queryKey }) => SHOWING.has(String(queryKey[0])) });
  const failed = (error: unknown): void => void tell({ text: textOf(error), bad: true });
  const discard = (): void => {
    keeper.discard().then(() => {
      onEnd();
      showDrafts();
    }, failed);
  };
  const leave = (): void => {
    if (isEmpty) return discard();
    keeper.keep().then(() => {
      const draftId = keeper.id;
      onEnd();
      if (draftId === undefined) return;
      showDrafts();
      const action = { label: t`Open`, run: () => compose({ kind: 'draft', draftId }) };
      tell({ text: t`Kept as a draft`, action });
    }, failed);
    return undefined;
  };
  return { leave, discard };
}
