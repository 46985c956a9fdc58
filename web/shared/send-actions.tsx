import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api, ask, type Schemas } from './api.js';
import { Button } from './button.js';
import { compose } from './compositions.js';
import { CorrectDialog } from './correct-dialog.js';
import type { Sending } from './sending-labels.js';
import { useCommand } from './use-command.js';

/** A message that was sent from here. */
export type Outgoing = Pick<Schemas['MessageSummary'], 'id' | 'accountId' | 'subject'> & { sending: Sending };

/** Steps that people can take, by the state of a message. */
export function SendActions({ message }: { message: Outgoing }): ReactNode {
  const { t } = useLingui();
  const { run, pending } = useCommand('outbox', 'messages', 'calendar', 'message', 'thread', 'drafts');
  const [correcting, setCorrecting] = useState(false);
  const { id, accountId, sending } = message;
  const { state, reason, attempts, recipients } = sending;
  const params = { path: { id } };
  const cancel = (): void =>
    run({ run: () => ask(api.DELETE('/api/outbox/{id}', { params })), done: t`Taken back. Nothing was sent.` });
  const edit = (): void =>
    run({
      run: async () => {
        const draft = await ask(api.POST('/api/outbox/{id}/edit', { params }));
        compose({ kind: 'draft', draftId: draft.id! });
      },
      done: t`Taken back. Nothing was sent.`,
    });
  const confirm = (): void =>
    run({ run: () => ask(api.POST('/api/outbox/{id}/confirm', { params })), done: t`It leaves now` });
  const resolve = (outcome: 'arrived' | 'send-again', done: string) => (): void =>
    run({ run: () => ask(api.POST('/api/outbox/{id}/resolve', { params, body: { outcome } })), done });
  const isWhole = recipients.every((each) => each.state === 'waiting' || each.state === 'deferred');
  const failed = recipients.filter((each) => each.state === 'refused' || each.state === 'bounced');
  const again = resolve('send-again', t`It is sent again`);
  return (
    <div className="send-actions">
      {state === 'queued' && attempts === 0 && (
        <Button small isDisabled={pending} onPress={confirm}>{t`Send now`}</Button>
      )}
      {state === 'held' && reason === 'overdue' && (
        <Button small isDisabled={pending} onPress={confirm}>{t`Send now`}</Button>
      )}
      {state === 'held' && (reason === 'login-refused' || reason === 'sign-in-needed') && (
        <Link className="button small" to="/accounts/$id" params={{ id: accountId }}>{t`Open the account`}</Link>
      )}
      {state === 'unknown' && (
        <>
          <Button small isDisabled={pending} onPress={resolve('arrived', t`It counts as sent`)}>{t`It arrived`}</Button>
          <Button small isDisabled={pending} onPress={again}>{t`Send it again`}</Button>
        </>
      )}
      {state === 'deferred' && <Button small isDisabled={pending} onPress={again}>{t`Try now`}</Button>}
      {state === 'refused' && <Button small isDisabled={pending} onPress={again}>{t`Try again`}</Button>}
      {failed.length > 0 && state === 'refused' && (
        <Button small isDisabled={pending} onPress={() => setCorrecting(true)}>{t`Correct the address`}</Button>
      )}
      {(state === 'queued' || state === 'held' || (state === 'deferred' && isWhole)) && (
        <>
          <Button small isDisabled={pending} onPress={edit}>{t`Edit`}</Button>
          <Button small isDisabled={pending} onPress={cancel}>{t`Take back`}</Button>
        </>
      )}
      {correcting && (
        <CorrectDialog
          addresses={failed.map(({ address }) => address)}
          onClose={() => setCorrecting(false)}
          onSend={(to) => {
            setCorrecting(false);
            const body = { outcome: 'send-again' as const, to: to.map((address) => ({ address })) };
            run({
              run: () => ask(api.POST('/api/outbox/{id}/resolve', { params, body })),
              done: t`It is sent again, as a new message`,
            });
          }}
        />
      )}
    </div>
  );
}
