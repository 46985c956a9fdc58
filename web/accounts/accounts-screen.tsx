import './accounts.css';
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, AtSign, Plus, Search, SlidersHorizontal } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { accountsQuery, type ShortAccount } from '../shared/account-queries.js';
import { api, ask, type Schemas } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { CheckBox } from '../shared/check-box.js';
import { EmptyState } from '../shared/empty-state.js';
import { useMe } from '../shared/me.js';
import { useProblemText } from '../shared/problem-text.js';
import { Shown } from '../shared/shown.js';
import { showAtOnce } from '../shared/show-at-once.js';
import { tell } from '../shared/toasts.js';
import { AccountRow } from './account-row.js';
import { AddAccountDialog } from './add-account-dialog.js';
import { ChangeManyDialog } from './change-many-dialog.js';
import { type Column, sorted } from './sorted.js';

const route = getRouteApi('/accounts');

export function AccountsScreen(): ReactNode {
  const { t } = useLingui();
  const { add: adding } = route.useSearch();
  const navigate = route.useNavigate();
  const setAdding = (on: boolean): void => void navigate({ search: on ? { add: true } : {} });
  const me = useMe();
  const accounts = useQuery(accountsQuery);
  const [q, setQ] = useState('');
  const [order, setOrder] = useState<{ by: Column; down: boolean }>({ by: 'address', down: false });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [changing, setChanging] = useState(false);
  const change = useChange();
  const rows = useMemo(() => sorted(accounts.data ?? [], q, order), [accounts.data, q, order]);
  const mayEdit = ({ owner }: ShortAccount): boolean => me.role === 'administrator' || owner === me.id;
  const choosable = rows.filter(mayEdit);
  const picked = choosable.filter(({ id }) => chosen.has(id));
  const columns: [Column | null, string][] = [
    ['address', t`Address`],
    ['status', t`Status`],
    ['users', t`Access`],
    ['createContacts', t`Contacts`],
    ['createTasks', t`Tasks`],
    ['notify', t`Notify`],
    ['lastFetchedAt', t`Last fetch`],
    ['unread', t`Unread`],
  ];
  return (
    <main className="screen">
      <header className="screen-head">
        <h1>{t`Accounts`}</h1>
        <search className="search">
          <Search size={16} aria-hidden />
          <input
            className="input"
            type="search"
            value={q}
            placeholder={t`Search address, name or person`}
            aria-label={t`Search accounts`}
            onChange={(event) => setQ(event.target.value)}
          />
        </search>
        {picked.length > 0 && (
          <Button icon={<SlidersHorizontal size={16} aria-hidden />} onPress={() => setChanging(true)}>
            {plural(picked.length, { one: 'Change # account', other: 'Change # accounts' })}
          </Button>
        )}
        {me.role !== 'auditor' && (
          <Button look="go" icon={<Plus size={17} aria-hidden />} onPress={() => setAdding(true)}>{t`Add`}</Button>
        )}
      </header>
      <div className="screen-body">
        <Shown of={accounts}>
          {(all) =>
            all.length === 0 ? (
              <EmptyState
                icon={<AtSign size={22} />}
                title={t`There is no mail account yet`}
                action={
                  me.role !== 'auditor' && (
                    <Button look="go" onPress={() => setAdding(true)}>{t`Add the first account`}</Button>
                  )
                }
              >
                {t`Address and password are enough: the servers are found by themselves.`}
              </EmptyState>
            ) : (
              <div className="card accounts-card">
                <table className="table accounts">
                  <thead>
                    <tr>
                      <th>
                        <CheckBox
                          label={t`Choose all`}
                          hiddenLabel
                          value={choosable.length > 0 && picked.length === choosable.length}
                          mixed={picked.length > 0}
                          onChange={(all) => setChosen(new Set(all ? choosable.map(({ id }) => id) : []))}
                        />
                      </th>
                      {columns.map(([by, label]) => (
                        <th
                          key={label}
                          aria-sort={order.by === by ? (order.down ? 'descending' : 'ascending') : undefined}
                        >
                          <button
                            type="button"
                            className="sort"
                            onClick={() => by && setOrder({ by, down: order.by === by && !order.down })}
                          >
                            {label}
                            {order.by === by &&
                              (order.down ? <ArrowDown size={13} aria-hidden /> : <ArrowUp size={13} aria-hidden />)}
                          </button>
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((account) => (
                      <AccountRow
                        key={account.id}
                        account={account}
                        editable={mayEdit(account)}
                        chosen={chosen.has(account.id)}
                        onChoose={(on) => {
                          const next = new Set(chosen);
                          if (on) next.add(account.id);
                          else next.delete(account.id);
                          setChosen(next);
                        }}
                        onChange={(set, back) => change.mutate({ ids: [account.id], set, back })}
                      />
                    ))}
                  </tbody>
                </table>
                {rows.length === 0 && (
                  <EmptyState icon={<Search size={22} />} title={t`No account has these words`}>
                    <Button onPress={() => setQ('')}>{t`Show all accounts`}</Button>
                  </EmptyState>
                )}
              </div>
            )
          }
        </Shown>
      </div>
      {adding && <AddAccountDialog onClose={() => setAdding(false)} />}
      {changing && (
        <ChangeManyDialog
          count={picked.length}
          onClose={() => setChanging(false)}
          onChange={(set) => {
            change.mutate({ ids: picked.map(({ id }) => id), set, back: undefined });
            setChanging(false);
            setChosen(new Set());
          }}
        />
      )}
    </main>
  );
}

interface Change {
  ids: string[];
  set: Schemas['ChangeSettingsBody'];
  /** settings that take the change back; undefined if the accounts had different ones */
  back: Schemas['ChangeSettingsBody'] | undefined;
}

function useChange() {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const mutation = useMutation({
    mutationFn: ({ ids, set }: Change) => ask(api.PATCH('/api/accounts', { body: { ids, set } })),
    onMutate: ({ ids, set }) =>
      showAtOnce(client, accountsQuery.queryKey, (old) =>
        old.map((each) => (ids.includes(each.id) ? ({ ...each, ...set } as ShortAccount) : each)),
      ),
    onSuccess: ({ items }, { ids, back }) => {
      const refused = items.filter(({ done }) => !done);
      const count = plural(refused.length, {
        one: '# account was not changed:',
        other: '# accounts were not changed:',
      });
      if (refused.length > 0) {
        tell({ text: `${count} ${refused[0]!.detail ?? refused[0]!.reason ?? ''}`, bad: true });
        return;
      }
      const text = plural(ids.length, { one: 'Saved', other: 'Saved for # accounts' });
      const undo = back && { label: t`Undo`, run: () => mutation.mutate({ ids, set: back, back: undefined }) };
      tell({ text, ...(undo ? { action: undo } : {}) });
    },
    onError: (error) => tell({ text: textOf(error), bad: true }),
    onSettled: () => client.invalidateQueries({ queryKey: accountsQuery.queryKey }),
  });
  return mutation;
}
