import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { OFFLINE, Problem } from './problem.js';

/** Reasons that people meet often, in their language. The text of the service stands in for all others. */
const TEXTS: Record<string, MessageDescriptor> = {
  [OFFLINE]: msg`The service does not answer. Your work is kept; try again in a moment.`,
  'read-model-behind': msg`The list is not up to date yet. Try again in a moment.`,
  'read-model-being-built': msg`The list is being built after an update. Try again in a minute.`,
  'access-not-known': msg`Your rights cannot be read at the moment. Try again in a moment.`,
  'changed-since': msg`Somebody else has changed this meanwhile. Look at the new values, then repeat your change.`,
  'account-not-found': msg`This account does not exist, or you may not see it.`,
  'message-not-found': msg`This message does not exist any more, or you may not see it.`,
  'address-taken': msg`This address is in use already.`,
  'login-refused': msg`The mail server refused the login. Check login and password.`,
  'settings-not-detected': msg`No mail servers were found for this address. Enter them in the detailed set-up.`,
  'password-needed': msg`Enter the password of the mailbox again: a stored password never goes to a new server.`,
  'mail-module-locked': msg`You have no mail account yet. Ask an administrator to give you access to one.`,
  'last-administrator': msg`This is the last active administrator. Make somebody else an administrator first.`,
  'only-an-administrator-does-this': msg`Only an administrator may do this.`,
  'folder-not-empty': msg`The folder holds mail. Move or delete the mail first.`,
  'send-only': msg`This account only sends: it has no mail to fetch.`,
  'too-many-attempts': msg`Too many attempts. Wait a moment, then try again.`,
};

/** Text of an error for people, in their language where the reason is a common one. */
export function useProblemText(): (error: unknown) => string {
  const { _ } = useLingui();
  return (error) => {
    if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
    const known = TEXTS[error.reason];
    return known === undefined ? error.message : _(known);
  };
}
