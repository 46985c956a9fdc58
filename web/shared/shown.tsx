import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FailedState } from './failed-state.js';
import { LoadingLines } from './loading-lines.js';

/** A query while it loads, when it failed, and its data. Older data stays visible during an outage. */
export function Shown<T>({ of, children }: { of: UseQueryResult<T>; children: (data: T) => ReactNode }): ReactNode {
  if (of.data !== undefined) return children(of.data);
  if (of.isError) return <FailedState error={of.error} retry={() => void of.refetch()} />;
  return <LoadingLines />;
}
