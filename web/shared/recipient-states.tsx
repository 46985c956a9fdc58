import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { RECIPIENT_STATES, type Sending, STATE_LOOKS } from './sending-labels.js';

/** State of each recipient, with the words of the mail server where it did not take the message. */
export function RecipientStates({ sending }: { sending: Sending }): ReactNode {
  const { t, i18n } = useLingui();
  return (
    <ul className="recipient-states" aria-label={t`Recipients`}>
      {sending.recipients.map(({ address, state, smtpReply }, n) => (
        // Addresses are empty after an erasure; the order of recipients never changes.
        <li key={n}>
          <span className="address">{address || t`(erased)`}</span>
          <span className={`badge ${STATE_LOOKS[state]}`}>{i18n._(RECIPIENT_STATES[state])}</span>
          {smtpReply !== null && state !== 'accepted' && <span className="soft">{smtpReply}</span>}
        </li>
      ))}
    </ul>
  );
}
