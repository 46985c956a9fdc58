import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';

/** Place of lines that are on their way. */
export function LoadingLines({ lines = 6, height = 16 }: { lines?: number; height?: number }): ReactNode {
  const { t } = useLingui();
  return (
    <output aria-label={t`Loading`} className="loading-lines">
      {Array.from({ length: lines }, (_, n) => (
        <span key={n} className="bone" style={{ height, width: `${95 - ((n * 17) % 40)}%` }} />
      ))}
    </output>
  );
}
