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
  'sign-in-declined': msg`The sign-in was declined on the page of the provider. Begin again to sign in.`,
  'sign-in-refused': msg`The provider refused the sign-in. Begin again, or ask an administrator.`,
  'sign-in-expired': msg`The sign-in took too long. Begin again.`,
  'sign-in-used': msg`This sign-in was used already. Begin again.`,
  'sign-in-not-begun': msg`The sign-in did not begin in this browser. Begin again.`,
  'begun-by-somebody-else': msg`Somebody else has signed in here meanwhile. Begin again.`,
  'another-mailbox': msg`The sign-in was for another mailbox. Begin again, and choose the mailbox of this account.`,
  'provider-not-answering': msg`The provider does not answer. Try again in a few minutes.`,
  'user-deactivated': msg`Your user is deactivated. Ask an administrator.`,
  'address-not-verified': msg`The provider has not verified your e-mail address. Ask an administrator.`,
  'linked-to-somebody-else': msg`This account of the provider belongs to another person here.`,
  'too-many-attempts': msg`Too many attempts. Wait a moment, then try again.`,
};

/** Text for the reason of a refusal; undefined for a reason that is not common. */
export function useReasonText(): (reason: string) => string | undefined {
  const { _ } = useLingui();
  return (reason) => (Object.hasOwn(TEXTS, reason) ? _(TEXTS[reason]!) : undefined);
}

/** Text for a person that comes back from a refused sign-in at a provider. */
export function useRefusalText(): (reason: string) => string {
  const textOf = useReasonText();
  return (reason) => textOf(reason) ?? textOf('sign-in-refused')!;
}

/** Text of an error for people, in their language where the reason is a common one. */
export function useProblemText(): (error: unknown) => string {
  const textOf = useReasonText();
  return (error) => {
    if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
    return textOf(error.reason) ?? error.message;
  };
}
