import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Schemas } from '../shared/api.js';

export type Outcome = Schemas['AbsenceReplyAnswer']['outcome'];

export const OUTCOMES: Record<Outcome, MessageDescriptor> = {
  waiting: msg`waits`,
  sent: msg`answered`,
  failed: msg`did not arrive`,
  unknown: msg`not known`,
  suppressed: msg`not answered`,
};

export const OUTCOME_LOOKS: Record<Outcome, '' | 'good' | 'warning' | 'bad'> = {
  waiting: '',
  sent: 'good',
  failed: 'bad',
  unknown: 'warning',
  suppressed: '',
};

/** Why nobody was answered; words of the service without a text here are shown as they are. */
const SUPPRESSED: Record<string, MessageDescriptor> = {
  'received-before-activation': msg`came before the reply was switched on`,
  'absence-over': msg`the absence was over`,
  imported: msg`older mail that was imported`,
  'too-old': msg`came more than two days before it was fetched`,
  repeated: msg`a copy of a message that was looked at before`,
  unreadable: msg`a part of the message is missing`,
  'null-return-path': msg`a report of a mail server`,
  'no-sender': msg`names no sender`,
  'own-sender': msg`sent by your own organisation`,
  'system-sender': msg`the sender is a program`,
  'mailing-list': msg`from a mailing list`,
  'auto-submitted': msg`written by a program`,
  bulk: msg`sent in bulk`,
  'response-suppressed': msg`the sender asks for no automatic answer`,
  report: msg`a report of a mail server`,
  junk: msg`junk`,
  'not-addressed': msg`not addressed to this account`,
  'already-replied': msg`the sender has had an answer in this absence`,
  'too-many-to-domain': msg`five answers to this domain within an hour`,
  'too-many-per-hour': msg`60 answers within an hour`,
  'too-many-per-day': msg`500 answers within a day`,
  'address-invalid': msg`the address of the sender is not valid`,
};

/** Why the outcome is as it is, in the language of the person where it is known; undefined: nothing to add. */
export function whyOf(reason: string | null): MessageDescriptor | string | undefined {
  return reason === null ? undefined : (SUPPRESSED[reason] ?? reason);
}
