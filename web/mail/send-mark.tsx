import { useLingui } from '@lingui/react';
import { Clock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { needsLook, SEND_STATES, type Sending } from '../shared/sending-labels.js';

/** Mark of a message from here that has not arrived everywhere yet. */
export function SendMark({ sending }: { sending: Sending | null }): ReactNode {
  const { _ } = useLingui();
  if (sending === null) return null;
  if (needsLook(sending)) {
    const isBack = sending.state === 'sent';
    return (
      <TriangleAlert className="failed" size={14} aria-label={_(SEND_STATES[isBack ? 'refused' : sending.state])} />
    );
  }
  return sending.state === 'sent' ? null : <Clock size={14} aria-label={_(SEND_STATES[sending.state])} />;
}
