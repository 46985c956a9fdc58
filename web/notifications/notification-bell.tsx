import './notifications.css';
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Bell, MailPlus, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { accountsQuery } from '../shared/account-queries.js';
import { api, ask, type Schemas } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { useDates } from '../shared/dates.js';
import { PopoverButton } from '../shared/popover-button.js';

type Notification = Schemas['NotificationAnswer'];

const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: async ({ signal }) =>
    (await ask(api.GET('/api/notifications', { params: { query: { limit: 50 } }, signal }))).items,
});

export function NotificationBell(): ReactNode {
  const { t } = useLingui();
  const client = useQueryClient();
  const navigate = useNavigate();
  const notifications = useQuery(notificationsQuery).data ?? [];
  const accounts = useQuery(accountsQuery).data ?? [];
  const dates = useDates();
  const unread = notifications.filter(({ readAt }) => readAt === null);
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: notificationsQuery.queryKey });
  const readOne = useMutation({
    mutationFn: (id: string) => ask(api.POST('/api/notifications/{id}/read', { params: { path: { id } } })),
    onSettled: again,
  });
  const readAll = useMutation({
    mutationFn: () => ask(api.POST('/api/notifications/read', { body: {} })),
    onSettled: again,
  });
  const addressOf = ({ accountId }: Notification): string => accounts.find(({ id }) => id === accountId)?.address ?? '';
  const textOf = (each: Notification): string =>
    each.kind === 'mail'
      ? plural(each.count, { one: '# new message', other: '# new messages' })
      : t`The mail server refused a change`;
  const label = unread.length > 0 ? t`Notifications: ${unread.length} unread` : t`Notifications`;
  return (
    <PopoverButton
      label={t`Notifications`}
      className="notifications"
      placement="right bottom"
      trigger={
        <AriaButton className="bell" aria-label={label}>
          <Bell size={20} aria-hidden />
          {unread.length > 0 && <span className="bell-count">{Math.min(unread.length, 99)}</span>}
        </AriaButton>
      }
    >
      {(close) => (
        <>
          <header>
            <h2>{t`Notifications`}</h2>
            {unread.length > 0 && (
              <Button small look="quiet" onPress={() => readAll.mutate()}>{t`Mark all as read`}</Button>
            )}
          </header>
          {notifications.length === 0 && <p className="hint">{t`Nothing yet. New mail is announced here.`}</p>}
          <ul>
            {notifications.map((each) => (
              <li key={each.id}>
                <button
                  type="button"
                  data-unread={each.readAt === null || undefined}
                  onClick={() => {
                    if (each.readAt === null) readOne.mutate(each.id);
                    const open = each.messageId === null ? {} : { open: each.messageId };
                    void navigate({ to: '/mail', search: { account: each.accountId, box: 'received', ...open } });
                    close();
                  }}
                >
                  {each.kind === 'mail' ? <MailPlus size={18} aria-hidden /> : <TriangleAlert size={18} aria-hidden />}
                  <span>
                    {textOf(each)}
                    <span className="hint">{addressOf(each)}</span>
                  </span>
                  <time dateTime={each.at}>{dates.short(each.at)}</time>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </PopoverButton>
  );
}
