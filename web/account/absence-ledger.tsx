import { useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MailCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { useDates } from '../shared/dates.js';
import { EmptyState } from '../shared/empty-state.js';
import { FailedState } from '../shared/failed-state.js';
import { LoadingLines } from '../shared/loading-lines.js';
import { OUTCOME_LOOKS, OUTCOMES, whyOf } from './absence-words.js';

/** Messages that came during absences: answered, or not and why. */
export function AbsenceLedger({ accountId }: { accountId: string }): ReactNode {
  const { t, i18n } = useLingui();
  const dates = useDates();
  const log = useInfiniteQuery({
    queryKey: ['autoresponder', accountId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) => {
      const query = pageParam ? { cursor: pageParam } : {};
      return ask(
        api.GET('/api/accounts/{id}/autoresponder/log', { params: { path: { id: accountId }, query }, signal }),
      );
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const entries = log.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className="card absence">
      <h2>{t`Replies`}</h2>
      {log.isPending ? (
        <LoadingLines />
      ) : log.isError ? (
        <FailedState error={log.error} retry={() => void log.refetch()} />
      ) : entries.length === 0 ? (
        <EmptyState icon={<MailCheck size={20} />} title={t`No reply yet`}>
          {t`Each message that comes while the reply is on is listed here: answered, or not and why.`}
        </EmptyState>
      ) : (
        <ul className="ledger">
          {entries.map(({ at, messageId, replyId, to, outcome, reason }) => {
            const why = whyOf(reason);
            return (
              <li key={messageId}>
                <span className={`badge ${OUTCOME_LOOKS[outcome]}`}>{i18n._(OUTCOMES[outcome])}</span>
                <span>
                  {to ?? t`(unknown)`}
                  {why !== undefined && <span className="hint"> {typeof why === 'string' ? why : i18n._(why)}</span>}
                </span>
                <span className="ledger-links">
                  <Link to="/mail" search={{ account: accountId, open: messageId }}>{t`Mail`}</Link>
                  {replyId !== null && (
                    <Link to="/mail" search={{ account: accountId, box: 'sent', open: replyId }}>{t`The answer`}</Link>
                  )}
                </span>
                <time dateTime={at} title={dates.full(at)}>
                  {dates.short(at)}
                </time>
              </li>
            );
          })}
        </ul>
      )}
      {log.hasNextPage && (
        <Button isPending={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>{t`Show more`}</Button>
      )}
    </section>
  );
}
