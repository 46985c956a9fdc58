import type { AfterQueueing, QueuedMessage, WhyHeld } from './sending.events.js';

export type RecipientState = 'waiting' | 'accepted' | 'deferred' | 'refused' | 'bounced' | 'unknown';

/** An attempt that has begun and has no outcome: it runs, or its process died. */
interface RunningAttempt {
  attempt: number;
  recipients: readonly number[];
  dotReached: boolean;
}

/** An outgoing message. Recipients are named by their index; addresses stand in the fact alone. */
export interface Sending {
  request: Pick<
    QueuedMessage,
    'userId' | 'sendAt' | 'notBefore' | 'answers' | 'forwards' | 'resendOf' | 'purpose' | 'keepCopy' | 'sentKey'
  >;
  recipients: readonly RecipientState[];
  attempts: number;
  running: RunningAttempt | null;
  /** earliest next attempt, and first deferred attempt, ISO 8601 UTC */
  deferred: { until: string; since: string } | null;
  held: WhyHeld | null;
  isConfirmed: boolean;
  isCancelled: boolean;
  /** Message-ID that the provider gave instead; HMAC */
  givenKey: string | null;
  copy: 'pending' | 'kept' | 'failed' | 'none';
  /** ids of messages with reports on the delivery */
  reports: ReadonlySet<string>;
}

/** State of the whole message, as people see it. */
export type SendState = 'queued' | 'held' | 'sending' | 'sent' | 'deferred' | 'refused' | 'unknown' | 'cancelled';

export function sendStateOf({
  isCancelled,
  held,
  isRunning,
  recipients,
  attempts,
}: Pick<Sending, 'isCancelled' | 'held' | 'recipients' | 'attempts'> & { isRunning: boolean }): SendState {
  const some = (state: RecipientState): boolean => recipients.includes(state);
  if (isCancelled) return 'cancelled';
  if (held) return 'held';
  if (isRunning) return 'sending';
  if (some('unknown')) return 'unknown';
  if (some('waiting') || some('deferred')) return attempts === 0 ? 'queued' : 'deferred';
  return some('refused') ? 'refused' : 'sent';
}

/** Recipients that the next attempt names. */
export const openRecipients = ({ recipients }: Sending): number[] =>
  recipients.flatMap((state, n) => (state === 'waiting' || state === 'deferred' ? [n] : []));

/** True once a server may have taken the message, or has taken it. */
export const mayHaveLeft = ({ recipients, running }: Sending): boolean =>
  running?.dotReached === true || recipients.some((state) => ['accepted', 'bounced', 'unknown'].includes(state));

export function queued(data: QueuedMessage): Sending {
  const { userId, sendAt, notBefore, answers, forwards, resendOf, purpose, keepCopy, sentKey } = data;
  return {
    request: { userId, sendAt, notBefore, answers, forwards, resendOf, purpose, keepCopy, sentKey },
    recipients: Array.from({ length: data.recipientCount }, () => 'waiting'),
    attempts: 0,
    running: null,
    deferred: null,
    held: null,
    isConfirmed: false,
    isCancelled: false,
    givenKey: null,
    copy: 'none',
    reports: new Set(),
  };
}

export function sendingAfter(state: Sending, fact: AfterQueueing): Sending {
  switch (fact.type) {
    case 'SendBegan': {
      const { attempt, recipients } = fact.data;
      const running = { attempt, recipients, dotReached: false };
      return { ...state, running, attempts: attempt, held: null };
    }
    case 'FinalDotReached':
      return { ...state, running: state.running && { ...state.running, dotReached: true } };
    case 'RecipientsAccepted': {
      const copy = state.request.keepCopy && state.copy === 'none' ? 'pending' : state.copy;
      const givenKey = fact.data.sentKey ?? state.givenKey;
      return { ...ended(state, fact.data.recipients, 'accepted'), copy, givenKey };
    }
    case 'RecipientsDeferred': {
      const { recipients, until, since } = fact.data;
      return { ...ended(state, recipients, 'deferred'), deferred: { until, since } };
    }
    case 'RecipientsRefused':
      return ended(state, fact.data.recipients, 'refused');
    case 'SendUnknown':
      return ended(state, state.running?.recipients ?? [], 'unknown');
    case 'SendResolved':
      return resolved(state, fact.data.outcome, fact.data.by);
    case 'SendHeld':
      return { ...state, held: fact.data.why, running: null };
    case 'SendConfirmed':
      return { ...state, held: null, isConfirmed: true };
    case 'SendCancelled':
      return { ...state, isCancelled: true, held: null };
    case 'CopyKept':
      return { ...state, copy: 'kept' };
    case 'CopyFailed':
      return { ...state, copy: 'failed' };
    case 'DeliveryFailed': {
      const { recipient } = fact.data;
      const told = withReport(state, fact.data.reportId);
      return recipient === null ? told : ended(told, [recipient], 'bounced', state.running);
    }
    case 'DeliveryDelayed':
    case 'DeliveryComplained':
      return withReport(state, fact.data.reportId);
    default:
      return fact satisfies never;
  }
}

const withReport = (state: Sending, reportId: string): Sending => ({
  ...state,
  reports: new Set([...state.reports, reportId]),
});

/** A report may come before the outcome of its attempt is recorded: a recipient that bounced stays so. */
const ended = (
  state: Sending,
  which: readonly number[],
  as: RecipientState,
  running: RunningAttempt | null = null,
): Sending => ({
  ...state,
  running,
  recipients: state.recipients.map((before, n) => (which.includes(n) && before !== 'bounced' ? as : before)),
});

/** A found copy or a report proves that the server took the message; a person decides about all not accepted. */
function resolved(state: Sending, outcome: 'arrived' | 'send-again', by: 'copy-found' | 'report' | 'person'): Sending {
  const isDecided = (before: RecipientState): boolean =>
    before === 'unknown' || before === 'waiting' || before === 'deferred' || (by === 'person' && before === 'refused');
  return {
    ...state,
    running: null,
    held: null,
    isConfirmed: true,
    deferred: outcome === 'send-again' ? null : state.deferred,
    copy: by === 'copy-found' ? 'kept' : state.copy,
    recipients: state.recipients.map((before) => {
      if (!isDecided(before)) return before;
      return outcome === 'arrived' ? 'accepted' : 'waiting';
    }),
  };
}
