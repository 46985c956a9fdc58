import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { api, ask, type Schemas } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { timeZone } from '../shared/dates.js';
import { useKept } from '../shared/kept.js';
import { Problem } from '../shared/problem.js';
import { useProblemText } from '../shared/problem-text.js';
import { SwitchField } from '../shared/switch-field.js';
import { TextField } from '../shared/text-field.js';
import { tell } from '../shared/toasts.js';
import { AbsenceLedger } from './absence-ledger.js';
import { AbsencePreview } from './absence-preview.js';
import type { Account } from './account-queries.js';

type Autoresponder = Schemas['AutoresponderAnswer'];

/** The absence reply: saved by a button, because people write it piece by piece. */
export function AutoresponderTab({ account, editable }: { account: Account; editable: boolean }): ReactNode {
  const { t } = useLingui();
  const id = useId();
  const client = useQueryClient();
  const textOf = useProblemText();
  const [typed, setTyped] = useKept<Partial<Autoresponder>>(`autoresponder ${account.id}`);
  const shown = { ...account.autoresponder, ...typed };
  const set = (change: Partial<Autoresponder>): void => setTyped({ ...typed, ...change });
  const save = useMutation({
    mutationFn: (body: Autoresponder) =>
      ask(api.PUT('/api/accounts/{id}/autoresponder', { params: { path: { id: account.id } }, body })),
    onSuccess: () => {
      setTyped(undefined);
      tell({ text: t`The absence reply is saved` });
    },
    onError: (error) => tell({ text: textOf(error), bad: true }),
    onSettled: () => {
      for (const word of ['account', 'history']) void client.invalidateQueries({ queryKey: [word] });
    },
  });
  const wrong = (field: string): string | undefined =>
    save.error instanceof Problem ? save.error.field(field) : undefined;
  return (
    <div className="settings">
      <section className="card autoresponder">
        <h2>{t`Autoresponder`}</h2>
        <SwitchField
          label={t`Reply to people while you are away`}
          hint={t`Once per sender; never to automatic mail, mailing lists or your own organisation.`}
          value={shown.enabled}
          disabled={!editable}
          onChange={(enabled) => set({ enabled, timeZone: shown.timeZone || timeZone() })}
        />
        <div className="two">
          <TextField
            label={t`From`}
            type="datetime-local"
            value={localOf(shown.from)}
            disabled={!editable}
            wrong={wrong('from')}
            onChange={(from) => set({ from: from ? new Date(from).toISOString() : null })}
          />
          <TextField
            label={t`Until`}
            type="datetime-local"
            value={localOf(endOf(shown.until))}
            disabled={!editable}
            wrong={wrong('until')}
            onChange={(until) => set({ until: until ? new Date(until).toISOString() : null })}
          />
        </div>
        <TextField
          label={t`Subject`}
          value={shown.subject ?? ''}
          disabled={!editable}
          wrong={wrong('subject')}
          onChange={(subject) => set({ subject })}
        />
        <div className="field">
          <label htmlFor={id}>{t`Text`}</label>
          <textarea
            id={id}
            className="input"
            rows={8}
            value={shown.text ?? ''}
            disabled={!editable}
            onChange={(event) => set({ text: event.target.value, html: null })}
          />
        </div>
        {typed !== undefined && (
          <div className="dialog-actions">
            <Button onPress={() => setTyped(undefined)}>{t`Cancel`}</Button>
            <Button look="primary" isPending={save.isPending} onPress={() => save.mutate(shown)}>{t`Save`}</Button>
          </div>
        )}
        <AbsencePreview accountId={account.id} subject={shown.subject?.trim() ? shown.subject : null} />
      </section>
      <AbsenceLedger accountId={account.id} />
    </div>
  );
}

/** A moment as the field of the browser writes it: in the local time zone, without it. Days last from midnight on. */
function localOf(at: string | null): string {
  if (at === null) return '';
  if (DAY.test(at)) return `${at}T00:00`;
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The end of a day lasts up to the beginning of the next. */
function endOf(until: string | null): string | null {
  if (until === null || !DAY.test(until)) return until;
  const next = new Date(`${until}T00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
