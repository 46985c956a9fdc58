import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ListTodo } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { accountsQuery } from '../shared/account-queries.js';
import { api, ask, type Schemas } from '../shared/api.js';
import { CheckBox } from '../shared/check-box.js';
import { ChoiceMenu } from '../shared/choice-menu.js';
import { useDates } from '../shared/dates.js';
import { ListScreen } from '../shared/list-screen.js';
import { useMe } from '../shared/me.js';
import { SelectField } from '../shared/select-field.js';
import { useCommand } from '../shared/use-command.js';

type Task = Schemas['TaskAnswer'];

export function TasksScreen(): ReactNode {
  const { t } = useLingui();
  const me = useMe();
  const dates = useDates();
  const [state, setState] = useState<Task['state'] | ''>('open');
  const accounts = useQuery(accountsQuery).data ?? [];
  const command = useCommand('tasks');
  const change = (id: string, body: Schemas['ChangeTaskBody']) => (): Promise<unknown> =>
    ask(api.PATCH('/api/tasks/{id}', { params: { path: { id } }, body }));
  return (
    <ListScreen
      title={t`Tasks`}
      queryKey={['tasks', state]}
      load={(given, signal) =>
        ask(api.GET('/api/tasks', { params: { query: { ...(state ? { state } : {}), ...given } }, signal }))
      }
      searches
      columns={[t`Done`, t`Task`, t`Account`, t`Assigned to`, t`Created`]}
      row={(task: Task) => {
        const account = accounts.find(({ id }) => id === task.accountId);
        const people = new Map((account?.users ?? []).map((user) => [user.id, user.name ?? user.email ?? '']));
        people.set(me.id, me.name ?? me.email ?? '');
        if (task.assignee !== null && !people.has(task.assignee)) people.set(task.assignee, t`somebody else`);
        const title = task.title || t`(no subject)`;
        return (
          <tr key={task.id}>
            <td>
              <CheckBox
                label={t`Done: ${title}`}
                hiddenLabel
                value={task.state === 'done'}
                onChange={(done) =>
                  command.run({
                    run: change(task.id, { state: done ? 'done' : 'open' }),
                    done: done ? t`The task is done` : t`The task is open again`,
                    undo: change(task.id, { state: done ? 'open' : 'done' }),
                  })
                }
              />
            </td>
            <td>
              {task.messageId === null ? (
                title
              ) : (
                <Link to="/mail" search={{ account: task.accountId, open: task.messageId }}>
                  {title}
                </Link>
              )}
            </td>
            <td className="soft">{account?.address}</td>
            <td>
              <ChoiceMenu
                label={t`Assigned to`}
                value={task.assignee ?? ''}
                options={[['', t`nobody`], ...[...people].map(([id, name]) => [id, name] as const)]}
                onChange={(assignee) =>
                  command.run({
                    run: change(task.id, { assignee: assignee || null }),
                    undo: change(task.id, { assignee: task.assignee }),
                  })
                }
              />
            </td>
            <td className="soft">{dates.short(task.createdAt)}</td>
          </tr>
        );
      }}
      empty={{
        icon: <ListTodo size={22} />,
        title: t`There is no task here`,
        text: t`Accounts with “Create tasks” make a task of each received mail.`,
      }}
      filters={
        <SelectField<Task['state'] | ''>
          label={t`State`}
          hiddenLabel
          value={state}
          options={[
            ['open', t`open tasks`],
            ['done', t`done tasks`],
            ['', t`all tasks`],
          ]}
          onChange={setState}
        />
      }
    />
  );
}
