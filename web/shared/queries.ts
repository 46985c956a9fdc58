import { QueryClient } from '@tanstack/react-query';
import { Problem, passes } from './problem.js';

const AT_MOST = 30;

/** A growing pause, or the pause that the service asks for. */
function pause(attempt: number, error: unknown): number {
  const asked = error instanceof Problem ? error.document.retryAfter : undefined;
  return asked === undefined ? Math.min(500 * 2 ** attempt, 5000) : Math.min(asked, 30) * 1000;
}

/**
 * Answers are fresh until a live event names them. Queries are repeated while the service is away, for as long as a
 * component shows them; `resend` repeats commands.
 */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 5 * 60_000,
      networkMode: 'always',
      refetchOnWindowFocus: false,
      retry: (failures, error) => passes(error) && failures < AT_MOST,
      retryDelay: pause,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
