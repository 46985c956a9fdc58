import { useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { SETTINGS } from '../shared/account-labels.js';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { EmptyState } from '../shared/empty-state.js';
import { FailedState } from '../shared/failed-state.js';
import { HistoryEntry } from '../shared/history-entry.js';
import type { paths } from '../shared/interface.js';
import { LoadingLines } from '../shared/loading-lines.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { useProblemText } from '../shared/problem-text.js';
import { SelectField } from '../shared/select-field.js';
import { useSettingTexts } from '../shared/setting-text.js';
import { TextField } from '../shared/text-field.js';
import { tell } from '../shared/toasts.js';
import type { Account } from './account-queries.js';
import { AsItWas } from './as-it-was.js';
import { isSame, PAST_SETTINGS } from './past-settings.js';

type HistoryQuery = NonNullable<paths['/api/accounts/{id}/history']['get']['parameters']['query']>;

interface Filters {
  by?: string;
  field?: string;
  since?: string;
  until?: string;
}

const queryOf = (filters: Filters): HistoryQuery =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined && value !== ''));

export function HistoryTab({ account, mayRevert }: { account: Account; mayRevert: boolean }): ReactNode {
  const { t, i18n } = useLingui();
  const { id } = account;
  const [filters, setFilters] = useState<Filters>({});
  const [back, setBack] = useState<number>();
  const history = useInfiniteQuery({
    queryKey: ['history', id, filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) => {
      const query = { ...queryOf(filters), ...(pageParam ? { cursor: pageParam } : {}) };
      return ask(api.GET('/api/accounts/{id}/history', { params: { path: { id }, query }, signal }));
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const entries = history.data?.pages.flatMap(({ items }) => items) ?? [];
  const people = new Map(entries.map(({ by }) => [by.id, by.name]));
  return (
    <div className="history">
      <AsItWas account={account} />
      <section className="card">
        <h2>{t`Change history`}</h2>
        <div className="history-filters">
          <SelectField
            label={t`Person`}
            value={filters.by ?? ''}
            options={[['', t`everybody`], ...[...people].map(([each, name]) => [each, name] as const)]}
            onChange={(by) => setFilters({ ...filters, by })}
          />
          <SelectField
            label={t`Setting`}
            value={filters.field ?? ''}
            options={[['', t`all settings`], ...FIELDS.map((field) => [field, i18n._(SETTINGS[field]!)] as const)]}
            onChange={(field) => setFilters({ ...filters, field })}
          />
          <TextField
            label={t`From`}
            type="date"
            value={filters.since ?? ''}
            onChange={(since) => setFilters({ ...filters, since })}
          />
          <TextField
            label={t`To`}
            type="date"
            value={filters.until ?? ''}
            onChange={(until) => setFilters({ ...filters, until })}
          />
        </div>
        {history.isPending ? (
          <LoadingLines />
        ) : history.isError ? (
          <FailedState error={history.error} retry={() => void history.refetch()} />
        ) : entries.length === 0 ? (
          <EmptyState icon={<History size={20} />} title={t`No change fits these filters`}>
            <Button onPress={() => setFilters({})}>{t`Show all changes`}</Button>
          </EmptyState>
        ) : (
          <ol className="history-list">
            {entries.map((entry) => (
              <HistoryEntry
                key={entry.id}
                entry={entry}
                action={
                  mayRevert &&
                  entry.revision !== null &&
                  entry.revision < account.revision && (
                    <Button small onPress={() => setBack(entry.revision ?? undefined)}>{t`Set back to this`}</Button>
                  )
                }
              />
            ))}
          </ol>
        )}
        {history.hasNextPage && (
          <Button
            isPending={history.isFetchingNextPage}
            onPress={() => void history.fetchNextPage()}
          >{t`Show earlier changes`}</Button>
        )}
      </section>
      {back !== undefined && <SetBack account={account} revision={back} onClose={() => setBack(undefined)} />}
    </div>
  );
}

const FIELDS = [...PAST_SETTINGS, 'password'] as const;

/** Shows the settings that a revert would change, then changes them. */
function SetBack({
  account,
  revision,
  onClose,
}: {
  account: Account;
  revision: number;
  onClose: () => void;
}): ReactNode {
  const { t } = useLingui();
  const { nameOf, textOf: valueOf } = useSettingTexts();
  const client = useQueryClient();
  const textOf = useProblemText();
  const { id } = account;
  const then = useQuery({
    queryKey: ['account', id, { revision }],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/accounts/{id}', { params: { path: { id }, query: { revision } }, signal })),
  });
  const different = PAST_SETTINGS.filter((field) => then.data && !isSame(then.data[field], account[field]));
  const revert = useMutation({
    mutationFn: () => ask(api.POST('/api/accounts/{id}/revert', { params: { path: { id } }, body: { revision } })),
    onSuccess: ({ left }) => {
      const names = left.map(nameOf).join(', ');
      tell({ text: left.length > 0 ? t`Set back, but without: ${names}` : t`The settings are set back` });
      onClose();
    },
    onError: (error) => tell({ text: textOf(error), bad: true }),
    onSettled: () => {
      for (const word of ['account', 'accounts', 'history']) void client.invalidateQueries({ queryKey: [word] });
    },
  });
  return (
    <ModalDialog title={t`Set back to this`} open onClose={onClose}>
      {then.isPending ? (
        <LoadingLines lines={3} />
      ) : different.length === 0 ? (
        <p>{t`All settings are as they were then. Passwords and access are never set back.`}</p>
      ) : (
        <>
          <p>{t`These settings change. Passwords and access stay as they are.`}</p>
          <ul className="bullets">
            {different.map((field) => (
              <li key={field}>
                {nameOf(field)}: {valueOf(account[field])} → {valueOf(then.data?.[field])}
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="dialog-actions">
        <Button onPress={onClose}>{t`Cancel`}</Button>
        <Button
          look="primary"
          isDisabled={different.length === 0}
          isPending={revert.isPending}
          onPress={() => revert.mutate()}
        >
          {t`Set back`}
        </Button>
      </div>
    </ModalDialog>
  );
}
