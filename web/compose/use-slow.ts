import { useEffect, useState } from 'react';

const SLOW_MS = 4000;

/** True once a state has lasted. */
export function useSlow(isSo: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isSo) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isSo]);
  return isSlow;
}
