import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { useDates } from '../shared/dates.js';
import { RecipientStates } from '../shared/recipient-states.js';
import { SendActions } from '../shared/send-actions.js';
import { SendBadge } from '../shared/send-badge.js';
import { needsLook, sentenceFor } from '../shared/sending-labels.js';
import type { OpenedMessage } from './mail-queries.js';

/** How the sending of a message from here gets on, for each recipient. Folded once all is well. */
export function SendingPanel({ message }: { message: OpenedMessage }): ReactNode {
  const { t, i18n } = useLingui();
  const dates = useDates();
  const { sending } = message;
  if (sending === null) return null;
  const { state, sendAt, nextTryAt } = sending;
  const sentence = sentenceFor(sending);
  const at = state === 'queued' ? (sendAt ?? nextTryAt) : state === 'deferred' ? nextTryAt : null;
  const time = at === null ? '' : dates.moment(at);
  return (
    <details className="sending-panel" key={String(needsLook(sending))} open={needsLook(sending)}>
      <summary>
        <SendBadge sending={sending} />
        {at !== null && <span>{state === 'queued' ? t`Leaves ${time}` : t`Next try: ${time}`}</span>}
        {sending.copy === 'failed' && <span>{t`The copy in Sent could not be stored yet.`}</span>}
      </summary>
      {sentence && <p>{i18n._(sentence)}</p>}
      <RecipientStates sending={sending} />
      <SendActions message={{ ...message, sending }} />
    </details>
  );
}
