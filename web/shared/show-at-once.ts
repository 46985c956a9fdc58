import type { DataTag, QueryClient, QueryKey } from '@tanstack/react-query';

/** Shows a change before the service has answered. Answers under way may not know of the change: they are cancelled. */
export function showAtOnce<T>(
  client: QueryClient,
  queryKey: DataTag<QueryKey, T, Error>,
  change: (shown: T) => T,
): void {
  void client.cancelQueries({ queryKey });
  client.setQueryData<T>(queryKey, (old) => old && change(old));
}
