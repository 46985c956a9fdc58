import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { SETTINGS } from '../shared/account-labels.js';
import { api, ask } from '../shared/api.js';
import { Problem } from '../shared/problem.js';
import { useProblemText } from '../shared/problem-text.js';
import { showAtOnce } from '../shared/show-at-once.js';
import { tell } from '../shared/toasts.js';
import { type Account, accountQuery, type Settings } from './account-queries.js';

export interface Saving {
  /** saves the settings, shows them at once, and offers to undo; a refusal brings the old settings back */
  save: (set: Settings, onSaved?: () => void) => void;
  saving: boolean;
  problem: Problem | undefined;
}

/** Saves settings of an account as they are changed. */
export function useSettings(account: Account): Saving {
  const { t, i18n } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const { queryKey } = accountQuery(account.id);
  const mutation = useMutation({
    mutationFn: ({ set }: { set: Settings; back?: Settings }) =>
      ask(api.PATCH('/api/accounts/{id}', { params: { path: { id: account.id } }, body: set })),
    onMutate: ({ set }) => {
      const before = client.getQueryData(queryKey);
      const { password: _, ...shown } = set;
      showAtOnce(client, queryKey, (old) => ({ ...old, ...shown }) as Account);
      return before;
    },
    onSuccess: ({ login }, { set, back }) => {
      const [first = ''] = Object.keys(set);
      const label = SETTINGS[first];
      const text =
        login === 'refused'
          ? t`Saved, but the mail server refuses the login`
          : t`Saved: ${label ? i18n._(label) : first}`;
      const action = back && { label: t`Undo`, run: () => mutation.mutate({ set: back }) };
      tell({ text, bad: login === 'refused', ...(action ? { action } : {}) });
    },
    onError: (error, _, before) => {
      client.setQueryData(queryKey, before);
      tell({ text: textOf(error), bad: true });
    },
    onSettled: () => {
      for (const word of ['account', 'accounts', 'history']) void client.invalidateQueries({ queryKey: [word] });
    },
  });
  return {
    saving: mutation.isPending,
    problem: mutation.error instanceof Problem ? mutation.error : undefined,
    save: (set, onSaved) => {
      const keys = Object.keys(set) as (keyof Settings & keyof Account)[];
      const secret = 'password' in set;
      const back = Object.fromEntries(keys.map((key) => [key, account[key]])) as Settings;
      mutation.mutate(secret ? { set } : { set, back }, onSaved ? { onSuccess: onSaved } : {});
    },
  };
}
