import './outbox.css';
import { useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, MailCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { accountsQuery } from '../shared/account-queries.js';
import { Button } from '../shared/button.js';
import { EmptyState } from '../shared/empty-state.js';
import { FailedState } from '../shared/failed-state.js';
import { LoadingLines } from '../shared/loading-lines.js';
import { useMe } from '../shared/me.js';
import { Hold } from './hold.js';
import { OutboxEntry } from './outbox-entry.js';
import { outboxQuery, undeliveredQuery } from './outbox-queries.js';

const route = getRouteApi('/outbox');

/** Mail on its way: scheduled, held, tried again, or waiting for a decision. */
export function OutboxScreen(): ReactNode {
  const { t } = useLingui();
  const me = useMe();
  const { account } = route.useSearch();
  const accounts = useQuery(accountsQuery).data ?? [];
  const list = useInfiniteQuery(outboxQuery(account));
  const undelivered = useQuery(undeliveredQuery(account)).data ?? [];
  const waiting = list.data?.pages.flatMap((page) => page.items) ?? [];
  const addresses = new Map(accounts.map(({ id, address }) => [id, address]));
  const addressOf = (id: string): string | undefined => (accounts.length > 1 ? addresses.get(id) : undefined);
  const shown = new Set(waiting.map(({ id }) => id));
  const failed = undelivered.filter(({ id }) => !shown.has(id));
  return (
    <main className="screen">
      <header className="screen-head">
        <Link
          to="/mail"
          search={account === undefined ? {} : { account }}
          className="button quiet only-icon"
          aria-label={t`Back to the mail`}
        >
          <ArrowLeft size={18} aria-hidden />
        </Link>
        <h1>{account === undefined ? t`Outbox` : t`Outbox: ${addresses.get(account) ?? ''}`}</h1>
      </header>
      <div className="screen-body outbox">
        {me.role === 'administrator' && <Hold />}
        {list.isPending ? (
          <LoadingLines />
        ) : list.isError && waiting.length === 0 ? (
          <FailedState error={list.error} retry={() => void list.refetch()} />
        ) : waiting.length + failed.length === 0 ? (
          <EmptyState icon={<MailCheck size={22} />} title={t`Everything has left`}>
            {t`Scheduled mail, and mail that could not leave, is shown here.`}
          </EmptyState>
        ) : (
          <>
            {waiting.length > 0 && (
              <ul className="outbox-list" aria-label={t`On its way`}>
                {waiting.map((message) => (
                  <OutboxEntry key={message.id} message={message} account={addressOf(message.accountId)} />
                ))}
              </ul>
            )}
            {list.hasNextPage && (
              <p className="more">
                <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
                  {t`Show more`}
                </Button>
              </p>
            )}
            {failed.length > 0 && (
              <section>
                <h2>{t`Not delivered in the last 30 days`}</h2>
                <ul className="outbox-list">
                  {failed.map((message) => (
                    <OutboxEntry key={message.id} message={message} account={addressOf(message.accountId)} />
                  ))}
                </ul>
              </section>
            )}
          </>
        )}
      </div>
    </main>
  );
}
