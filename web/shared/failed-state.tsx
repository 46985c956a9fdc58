import { useLingui } from '@lingui/react/macro';
import { CloudOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.js';
import { EmptyState } from './empty-state.js';
import { useProblemText } from './problem-text.js';

/** A query failed: the reason, and another try. */
export function FailedState({ error, retry }: { error: unknown; retry: () => void }): ReactNode {
  const { t } = useLingui();
  const textOf = useProblemText();
  return (
    <div role="alert">
      <EmptyState
        icon={<CloudOff size={22} />}
        title={t`This could not be loaded`}
        action={<Button onPress={retry}>{t`Try again`}</Button>}
      >
        {textOf(error)}
      </EmptyState>
    </div>
  );
}
