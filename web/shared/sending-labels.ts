import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Schemas } from './api.js';

export type Sending = Schemas['SendingAnswer'];
export type SendState = Sending['state'];
export type RecipientState = Sending['recipients'][number]['state'];

export const SEND_STATES: Record<SendState, MessageDescriptor> = {
  queued: msg`Waits`,
  held: msg`Held back`,
  sending: msg`Being sent`,
  sent: msg`Sent out`,
  deferred: msg`Tried again later`,
  refused: msg`Not delivered`,
  unknown: msg`Not known`,
  cancelled: msg`Taken back`,
};

export const RECIPIENT_STATES: Record<RecipientState, MessageDescriptor> = {
  waiting: msg`waits`,
  accepted: msg`taken by the mail server`,
  deferred: msg`tried again later`,
  refused: msg`refused`,
  bounced: msg`came back as undeliverable`,
  unknown: msg`not known`,
};

/** Look of a badge. */
export const STATE_LOOKS: Record<SendState | RecipientState, '' | 'good' | 'warning' | 'bad'> = {
  queued: '',
  held: 'warning',
  sending: '',
  sent: 'good',
  deferred: 'warning',
  refused: 'bad',
  unknown: 'warning',
  cancelled: '',
  waiting: '',
  accepted: 'good',
  bounced: 'bad',
};

/** Why a message is held or was taken back. */
const REASONS: Record<string, MessageDescriptor> = {
  overdue: msg`Its time has passed while nothing could be sent. Should it still leave?`,
  'instance-held': msg`The service was restored or copied. An administrator has to release the mail that waits.`,
  'login-refused': msg`The mail server refuses the login of the account. Mend it there, and the message leaves by itself.`,
  'sign-in-needed': msg`The account needs a new sign-in at its provider. The message then leaves by itself.`,
  person: msg`Somebody took it back.`,
  'reply-came': msg`An answer came before it left.`,
  'account-removed': msg`The account was removed before it left.`,
  'access-lost': msg`Its author may no longer use the account.`,
  replaced: msg`It was sent again as another message.`,
  edited: msg`It was opened as a draft again, and did not leave.`,
};

/** A sentence for the state of a message; undefined: the state says enough. */
export function sentenceFor({ state, reason }: Pick<Sending, 'state' | 'reason'>): MessageDescriptor | undefined {
  if (state === 'held' || state === 'cancelled') return reason === null ? undefined : REASONS[reason];
  if (state === 'unknown') return UNKNOWN;
  return state === 'refused' ? REFUSED : undefined;
}

const UNKNOWN = msg`The connection broke before the mail server answered. Ask the recipient whether it arrived, or look into the mailbox; then decide.`;
const REFUSED = msg`The mail server did not take it for everybody. Correct the address, or try again.`;

/** True if people have to look at it. */
export const needsLook = ({ state, recipients }: Sending): boolean =>
  state === 'held' ||
  state === 'unknown' ||
  state === 'refused' ||
  recipients.some((each) => each.state === 'bounced' || each.state === 'refused');
