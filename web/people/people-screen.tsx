import { useLingui } from '@lingui/react/macro';
import { KeyRound, Plus, UserRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api, ask } from '../shared/api.js';
import { Avatar } from '../shared/avatar.js';
import { Button } from '../shared/button.js';
import { ChoiceMenu } from '../shared/choice-menu.js';
import { useDates } from '../shared/dates.js';
import { IconButton } from '../shared/icon-button.js';
import { ListScreen } from '../shared/list-screen.js';
import { type Me, useMe } from '../shared/me.js';
import { ROLES } from '../shared/role-names.js';
import { SwitchField } from '../shared/switch-field.js';
import { useCommand } from '../shared/use-command.js';
import type { User } from '../shared/user-queries.js';
import { AddPersonDialog } from './add-person-dialog.js';
import { PasswordDialog } from './password-dialog.js';

const ROLE_NAMES = ['user', 'administrator', 'auditor'] as const;

export function PeopleScreen(): ReactNode {
  const { t, i18n } = useLingui();
  const me = useMe();
  const dates = useDates();
  const [adding, setAdding] = useState(false);
  const [changed, setChanged] = useState<{ id: string; name: string }>();
  const command = useCommand('users', 'people');
  const change = (id: string, body: { role?: Me['role']; active?: boolean }) => (): Promise<unknown> =>
    ask(api.PATCH('/api/users/{id}', { params: { path: { id } }, body }));
  return (
    <>
      <ListScreen
        title={t`People`}
        queryKey={['people']}
        load={({ cursor }, signal) =>
          ask(api.GET('/api/users', { params: { query: cursor ? { cursor } : {} }, signal }))
        }
        columns={[t`Name`, t`Role`, t`Active`, t`Last seen`, '']}
        row={({ id, name, email, role, active, lastSeenAt }: User) => {
          const shown = name ?? email ?? t`(forgotten)`;
          return (
            <tr key={id}>
              <td>
                <span className="named">
                  <Avatar name={shown} size={34} />
                  <span>
                    <strong>{shown}</strong>
                    <br />
                    <span className="soft">{email}</span>
                  </span>
                </span>
              </td>
              <td>
                <ChoiceMenu
                  label={t`Role of ${shown}`}
                  value={role}
                  options={ROLE_NAMES.map((each) => [each, i18n._(ROLES[each])] as const)}
                  onChange={(next) => command.run({ run: change(id, { role: next }), undo: change(id, { role }) })}
                />
              </td>
              <td>
                <SwitchField
                  label={active ? t`yes` : t`no`}
                  value={active}
                  onChange={(next) => command.run({ run: change(id, { active: next }), undo: change(id, { active }) })}
                />
              </td>
              <td className="soft">{lastSeenAt === null ? t`never` : dates.short(lastSeenAt)}</td>
              <td className="number">
                {id !== me.id && (
                  <IconButton
                    small
                    label={t`New password for ${shown}`}
                    icon={<KeyRound size={16} />}
                    onPress={() => setChanged({ id, name: shown })}
                  />
                )}
              </td>
            </tr>
          );
        }}
        empty={{ icon: <UserRound size={22} />, title: t`There is nobody yet`, text: t`Add the first person.` }}
        action={
          <Button look="go" icon={<Plus size={17} aria-hidden />} onPress={() => setAdding(true)}>{t`Add`}</Button>
        }
      />
      {changed && <PasswordDialog {...changed} onClose={() => setChanged(undefined)} />}
      {adding && <AddPersonDialog onClose={() => setAdding(false)} />}
    </>
  );
}
