import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Building2, ListTodo, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, ask } from '../shared/api.js';
import { Avatar } from '../shared/avatar.js';
import { useDates } from '../shared/dates.js';
import { EmptyState } from '../shared/empty-state.js';
import { Shown } from '../shared/shown.js';

const SHOWN = 50;

/** Contacts, companies and tasks that came from the mail of the account. */
export function RelatedTab({ accountId }: { accountId: string }): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  const query = { accountId, limit: SHOWN };
  const contacts = useQuery({
    queryKey: ['contacts', query],
    queryFn: ({ signal }) => ask(api.GET('/api/contacts', { params: { query }, signal })),
  });
  const companies = useQuery({
    queryKey: ['companies', query],
    queryFn: ({ signal }) => ask(api.GET('/api/companies', { params: { query }, signal })),
  });
  const tasks = useQuery({
    queryKey: ['tasks', query],
    queryFn: ({ signal }) => ask(api.GET('/api/tasks', { params: { query }, signal })),
  });
  return (
    <div className="settings">
      <section className="card">
        <h2>{t`Contacts`}</h2>
        <Shown of={contacts}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={<Users size={20} />} title={t`No contact came from this account`}>
                {t`With “Create contacts”, each new sender becomes a contact.`}
              </EmptyState>
            ) : (
              <ul className="people-list">
                {items.map(({ id, name, emails, source }) => (
                  <li key={id}>
                    <Avatar name={name ?? emails[0] ?? '?'} size={32} />
                    <span>
                      <strong>{name ?? emails[0]}</strong>
                      <span className="hint"> {emails.join(', ')}</span>
                    </span>
                    {source && (
                      <Link to="/mail" search={{ account: accountId, open: source.messageId }}>{t`Mail`}</Link>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Shown>
      </section>
      <section className="card">
        <h2>{t`Companies`}</h2>
        <Shown of={companies}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={<Building2 size={20} />} title={t`No company came from this account`}>
                {t`A new contact with an address of its company brings the company along.`}
              </EmptyState>
            ) : (
              <ul className="people-list">
                {items.map(({ id, name, domain }) => (
                  <li key={id}>
                    <Avatar name={name ?? domain ?? '?'} size={32} />
                    <span>
                      <strong>{name}</strong>
                      <span className="hint"> {domain}</span>
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Shown>
      </section>
      <section className="card">
        <h2>{t`Tasks`}</h2>
        <Shown of={tasks}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={<ListTodo size={20} />} title={t`No task came from this account`}>
                {t`With “Create tasks”, each received mail creates a task.`}
              </EmptyState>
            ) : (
              <ul className="people-list">
                {items.map(({ id, title, state, createdAt, messageId }) => (
                  <li key={id}>
                    <span className={state === 'done' ? 'badge good' : 'badge'}>
                      {state === 'done' ? t`done` : t`open`}
                    </span>
                    <span>
                      {title || t`(no subject)`}
                      <span className="hint"> {dates.short(createdAt)}</span>
                    </span>
                    {messageId !== null && (
                      <Link to="/mail" search={{ account: accountId, open: messageId }}>{t`Mail`}</Link>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Shown>
      </section>
    </div>
  );
}
