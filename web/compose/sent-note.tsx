import { useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { Button } from '../shared/button.js';
import { useDates } from '../shared/dates.js';
import { messageQuery } from '../shared/message-queries.js';
import { useProblemText } from '../shared/problem-text.js';
import { tell } from '../shared/toasts.js';
import { takeBack } from './send.js';
import type { Sent } from './use-sending.js';

interface Props {
  sent: Sent;
  /** the message is back: its window is shown again */
  onUndone: () => void;
  onEnd: () => void;
}

/** A text that ends by itself stays this long. */
const SHOWN_MS = 6000;
/** The live stream tells each step; a step that it misses is asked for. */
const AGAIN_MS = 4000;

const isUnderWay = (state: string | undefined): boolean =>
  state === undefined || state === 'queued' || state === 'sending';

/** How a message that was just sent gets on, and the way back while there is one. */
export function SentNote({ sent, onUndone, onEnd }: Props): ReactNode {
  const { t } = useLingui();
  const client = useQueryClient();
  const textOf = useProblemText();
  const dates = useDates();
  const message = useQuery({
    ...messageQuery(sent.id, false),
    refetchInterval: ({ state: { data } }) => (isUnderWay(data?.sending?.state) ? AGAIN_MS : false),
  }).data;
  const sending = message?.sending;
  const state = sending?.state ?? 'queued';
  const left = useSecondsTo(state === 'queued' && sent.sendAt === null ? (sending?.nextTryAt ?? null) : null);
  const undo = useMutation({
    mutationFn: () => takeBack(sent.id),
    onSuccess: () => {
      tell({ text: t`Taken back. Nothing was sent.` });
      onUndone();
    },
    onError: (error) => tell({ text: textOf(error), bad: true }),
    onSettled: () => client.invalidateQueries({ queryKey: ['outbox'] }),
  });
  const isEdited = sending?.reason === 'edited';
  const isOver = state === 'sent' || isEdited || (state === 'queued' && sent.sendAt !== null);
  useAfter(isOver && !undo.isPending, SHOWN_MS, onEnd);
  const isQueued = state === 'queued' && (sent.sendAt !== null || left === undefined || left > 0);
  const at = sent.sendAt && dates.moment(sent.sendAt);
  const texts: Record<typeof state, string> = {
    queued: at ? t`Leaves ${at}` : t`Leaves in a moment`,
    sending: t`Being sent…`,
    sent: t`The message is sent`,
    deferred: t`The mail server takes it later. It is tried again by itself.`,
    held: t`The message waits, and needs a look.`,
    refused: t`Not everybody gets the message.`,
    unknown: t`Nobody knows whether it arrived.`,
    cancelled: t`It was not sent.`,
  };
  const isTrouble = state === 'held' || state === 'refused' || state === 'unknown' || state === 'deferred';
  return (
    <div className="toast sent-note" data-bad={isTrouble || undefined}>
      <output>{texts[state]}</output>
      {isQueued && left !== undefined && left > 0 && <span aria-hidden>{t`${left} s`}</span>}
      {isQueued && <Button small isPending={undo.isPending} onPress={() => undo.mutate()}>{t`Undo`}</Button>}
      {state === 'cancelled' && !isEdited && <Button small onPress={onUndone}>{t`Open again`}</Button>}
      {message && (isTrouble || sent.sendAt !== null) && (
        <Link
          className="button small"
          to="/mail"
          search={{ account: message.accountId, box: 'sent', open: message.id }}
          onClick={onEnd}
        >
          {t`Look`}
        </Link>
      )}
      <Button small aria-label={t`Close`} icon={<X size={16} />} onPress={onEnd} />
    </div>
  );
}

/** Whole seconds until a moment; undefined without one. */
function useSecondsTo(at: string | null): number | undefined {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (at === null) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? undefined : Math.max(0, Math.ceil((Date.parse(at) - now) / 1000));
}

/** Runs an action once a state has lasted. */
function useAfter(isSo: boolean, ms: number, run: () => void): void {
  const latest = useEffectEvent(run);
  useEffect(() => {
    if (!isSo) return undefined;
    const timer = setTimeout(() => latest(), ms);
    return () => clearTimeout(timer);
  }, [isSo, ms]);
}
