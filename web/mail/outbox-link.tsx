import { useLingui } from '@lingui/react/macro';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, ask } from '../shared/api.js';

const MOST_COUNTED = 200;

/** Number of messages on their way, by account. */
const outboxCountQuery = queryOptions({
  queryKey: ['outbox', 'count'],
  queryFn: async ({ signal }): Promise<Map<string, number>> => {
    const { items } = await ask(api.GET('/api/outbox', { params: { query: { limit: MOST_COUNTED } }, signal }));
    const counts = new Map<string, number>();
    for (const { accountId } of items) counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    return counts;
  },
});

/** Way to the mail that has not left. @param account id; undefined: of all accounts */
export function OutboxLink({ account, onGo }: { account: string | undefined; onGo: () => void }): ReactNode {
  const { t } = useLingui();
  const counts = useQuery(outboxCountQuery).data ?? new Map<string, number>();
  const all = [...counts.values()].reduce((sum, each) => sum + each, 0);
  const count = account === undefined ? all : (counts.get(account) ?? 0);
  return (
    <Link
      to="/outbox"
      search={account === undefined ? {} : { account }}
      className="mailbox"
      style={{ paddingLeft: 12 }}
      onClick={onGo}
    >
      <Clock size={16} aria-hidden />
      <span className="name">{t`Outbox`}</span>
      {count > 0 && (
        <span className="count">
          {count}
          <span className="visually-hidden"> {t`on their way`}</span>
        </span>
      )}
    </Link>
  );
}
