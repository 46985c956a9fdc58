import { useLingui } from '@lingui/react';
import type { ReactNode } from 'react';
import { SEND_STATES, type Sending, STATE_LOOKS } from './sending-labels.js';

/** State of a message that was sent from here; that of a report, if one came back. */
export function SendBadge({ sending }: { sending: Sending }): ReactNode {
  const { _ } = useLingui();
  const isBack = sending.state === 'sent' && sending.recipients.some(({ state }) => state === 'bounced');
  const state = isBack ? 'refused' : sending.state;
  return <span className={`badge ${STATE_LOOKS[state]}`}>{_(SEND_STATES[state])}</span>;
}
