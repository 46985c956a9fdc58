import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Schemas } from '../shared/api.js';
import { useDates } from '../shared/dates.js';
import { RecipientStates } from '../shared/recipient-states.js';
import { SendActions } from '../shared/send-actions.js';
import { SendBadge } from '../shared/send-badge.js';
import { type Sending, sentenceFor } from '../shared/sending-labels.js';

interface Props {
  message: Schemas['MessageSummary'];
  /** address of the account, in a list of several accounts */
  account: string | undefined;
}

/** A message with its state, its recipients and the next steps. */
export function OutboxEntry({ message, account }: Props): ReactNode {
  const { t, i18n } = useLingui();
  const { id, accountId, subject, preview, sending } = message;
  if (sending === null) return null;
  const sentence = sentenceFor(sending);
  return (
    <li className="card outbox-entry">
      <div className="outbox-title">
        <h2>
          <Link to="/mail" search={{ account: accountId, box: 'sent', open: id }}>
            {subject || t`(no subject)`}
          </Link>
        </h2>
        <SendBadge sending={sending} />
      </div>
      <p className="soft outbox-preview">
        {account !== undefined && <span className="outbox-account">{account}</span>}
        {preview}
      </p>
      <When sending={sending} />
      {sentence && <p>{i18n._(sentence)}</p>}
      <RecipientStates sending={sending} />
      <SendActions message={{ id, accountId, subject, sending }} />
    </li>
  );
}

function When({ sending: { state, sendAt, nextTryAt } }: { sending: Sending }): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  const at = state === 'queued' ? (sendAt ?? nextTryAt) : state === 'deferred' ? nextTryAt : null;
  if (at === null) return null;
  const time = dates.moment(at);
  return (
    <p className="outbox-when">
      <Clock size={15} aria-hidden />
      <time dateTime={at}>{state === 'queued' ? t`Leaves ${time}` : t`Next try: ${time}`}</time>
    </p>
  );
}
