import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { useProblemText } from '../shared/problem-text.js';
import { useStatusWords } from '../shared/status-words.js';
import { tell } from '../shared/toasts.js';
import { fetchesQuery } from './account-queries.js';

const LOOKS_AGAIN_MS = 1500;

/** Fetches mail, and shows the progress of a running fetch. */
export function FetchButton({ accountId }: { accountId: string }): ReactNode {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const words = useStatusWords();
  const last = useQuery({
    ...fetchesQuery(accountId),
    refetchInterval: ({ state }) => (state.data?.[0]?.state === 'running' ? LOOKS_AGAIN_MS : false),
  }).data?.[0];
  const start = useMutation({
    mutationFn: () => ask(api.POST('/api/accounts/{id}/fetch', { params: { path: { id: accountId } } })),
    onError: (error) => tell({ text: textOf(error), bad: true }),
    onSettled: () => client.invalidateQueries({ queryKey: ['fetches', accountId] }),
  });
  const running = last?.state === 'running';
  return (
    <div className="fetch">
      <output className="hint">
        {last && running && t`${last.received} of ${last.found} fetched`}
        {last?.state === 'done' && plural(last.received, { one: '# new message', other: '# new messages' })}
        {last?.state === 'failed' && `${t`The last fetch failed.`} ${words.ofFetch(last.reason)}`}
      </output>
      <Button
        icon={<Download size={16} aria-hidden />}
        isPending={running || start.isPending}
        onPress={() => start.mutate()}
      >
        {t`Fetch mail`}
      </Button>
    </div>
  );
}
