import { useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UserMinus, UserPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { ActionMenu } from '../shared/action-menu.js';
import { api, ask } from '../shared/api.js';
import { Avatar } from '../shared/avatar.js';
import { Button } from '../shared/button.js';
import { IconButton } from '../shared/icon-button.js';
import { useMe } from '../shared/me.js';
import { useProblemText } from '../shared/problem-text.js';
import { Shown } from '../shared/shown.js';
import { tell } from '../shared/toasts.js';
import { usersQuery } from '../shared/user-queries.js';
import { accessQuery, type Account } from './account-queries.js';

interface Change {
  userId: string;
  name: string;
  gives: boolean;
  undone?: boolean;
}

export function AccessSection({ account: { id } }: { account: Account }): ReactNode {
  const { t } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const textOf = useProblemText();
  const isAdministrator = me.role === 'administrator';
  const access = useQuery(accessQuery(id));
  const users = useQuery({ ...usersQuery, enabled: isAdministrator }).data ?? [];
  const change = useMutation({
    mutationFn: ({ userId, gives }: Change) => {
      const params = { path: { id, userId } };
      return gives
        ? ask(api.PUT('/api/accounts/{id}/access/{userId}', { params }))
        : ask(api.DELETE('/api/accounts/{id}/access/{userId}', { params }));
    },
    onSuccess: (_, done) => {
      const { name, gives, undone } = done;
      tell({
        text: gives ? t`${name} may use the account now` : t`${name} may no longer use the account`,
        ...(undone
          ? {}
          : { action: { label: t`Undo`, run: () => change.mutate({ ...done, gives: !gives, undone: true }) } }),
      });
    },
    onError: (error) => tell({ text: textOf(error), bad: true }),
    onSettled: () => {
      for (const word of ['access', 'account', 'accounts', 'history'])
        void client.invalidateQueries({ queryKey: [word] });
    },
  });
  const why = { administrator: t`administrator`, owner: t`owner`, granted: t`given by an administrator` };
  return (
    <section className="card">
      <h2>{t`Access`}</h2>
      <Shown of={access}>
        {(entries) => {
          const have = new Set(entries.map((each) => each.id));
          const others = users.filter((user) => user.role === 'user' && user.active && !have.has(user.id));
          return (
            <>
              <ul className="people-list">
                {entries.map((each) => {
                  const name = each.name ?? each.email ?? '';
                  return (
                    <li key={each.id}>
                      <Avatar name={name} size={32} />
                      <span>
                        <strong>{name}</strong>
                        <span className="hint"> {why[each.why]}</span>
                      </span>
                      {isAdministrator && each.why === 'granted' && (
                        <IconButton
                          small
                          label={t`Take access from ${name}`}
                          icon={<UserMinus size={17} />}
                          onPress={() => change.mutate({ userId: each.id, name, gives: false })}
                        />
                      )}
                    </li>
                  );
                })}
              </ul>
              {isAdministrator && others.length > 0 && (
                <ActionMenu
                  label={t`Give access to`}
                  placement="bottom start"
                  trigger={<Button icon={<UserPlus size={16} aria-hidden />}>{t`Give access`}</Button>}
                  actions={others.map(({ id: userId, ...user }) => {
                    const name = user.name ?? user.email ?? '';
                    return { id: userId, label: name, run: () => change.mutate({ userId, name, gives: true }) };
                  })}
                />
              )}
            </>
          );
        }}
      </Shown>
    </section>
  );
}
