import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';

/** Place of lines that are on their way. */
export function LoadingLines({ lines = 6, height = 16 }: { lines?: number; height?: number }): ReactNode {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`} style={{ display: 'grid', gap: 14, padding: 20 }}>
      {Array.from({ length: lines }, (_, n) => (
        <div key={n} className="bone" style={{ height, width: `${95 - ((n * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
