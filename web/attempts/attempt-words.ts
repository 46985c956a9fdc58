import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { useReasonText } from '../shared/problem-text.js';

/** Words for the method and route of a request; the first that fits counts. */
const ACTIONS: readonly (readonly [route: RegExp, words: MessageDescriptor])[] = [
  [/^POST \/api\/session$/, msg`Sign in`],
  [/^\w+ \/api\/session\/openid/, msg`Sign in with the account of the company`],
  [/^GET \/api\/oauth\//, msg`Sign in to a mailbox at its provider`],
  [/^PUT \/api\/users\/\{id\}\/password$/, msg`Change the password of a person`],
  [/^\w+ \/api\/accounts\/\{id\}\/access/, msg`Give or take access`],
  [/^PUT \/api\/accounts\/\{id\}\/password$/, msg`Change the password of a mailbox`],
  [/^GET \/api\/accounts\/\{id\}\/(history|attempts)$/, msg`Read the history of an account`],
  [/^GET \/api\/(accounts\/\{id\}\/)?(messages|threads|drafts|folders|outbox|uploads)/, msg`Read mail`],
  [/^\w+ \/api\/outbox\/hold$/, msg`Release held mail`],
  [/^POST \/api\/(accounts\/\{id\}\/messages|uploads)$/, msg`Write mail`],
  [/^\w+ \/api\/(accounts\/\{id\}\/)?drafts/, msg`Write mail`],
  [/^\w+ \/api\/(accounts\/\{id\}\/change$|messages|outbox)/, msg`Change or send mail`],
  [/^POST \/api\/accounts\/\{id\}\/fetch$/, msg`Fetch mail`],
  [/^\w+ \/api\/(accounts\/\{id\}\/)?folders/, msg`Change folders`],
  [/^POST \/api\/accounts$/, msg`Add an account`],
  [/^DELETE \/api\/accounts\/\{id\}$/, msg`Remove an account`],
  [/^GET \/api\/accounts/, msg`Look at an account`],
  [/^\w+ \/api\/accounts/, msg`Change the settings of an account`],
  [/^\w+ \/api\/users/, msg`Manage people`],
  [/^\w+ \/api\/tokens/, msg`Manage tokens`],
  [/^\w+ \/api\/erasures/, msg`Erase a person`],
  [/^GET \/api\/attempts$/, msg`Read the refused attempts`],
  [/^GET \/api\/audit\//, msg`Read the log`],
];

/** Reasons that only this list shows; all others have the text that the person saw. */
const REASONS: Record<string, MessageDescriptor> = {
  'not-signed-in': msg`Wrong address or password`,
  'too-many-failures': msg`Too many failed attempts`,
  'current-password-wrong': msg`The current password was wrong`,
  'login-refused': msg`The mail server refused the login`,
  'account-not-found': msg`No access to the account`,
  'many-different-attempts': msg`Many different attempts`,
  'auditors-add-no-accounts': msg`Auditors add no accounts`,
  'auditors-do-not-read-mail': msg`Auditors do not read mail`,
  'administrators-always-have-access': msg`Administrators always have access`,
  'the-owner-keeps-his-account': msg`Owners keep their account`,
  'last-administrator': msg`One administrator has to stay`,
  'password-needed': msg`A new server needs the password again`,
  'mail-module-locked': msg`No mail account yet`,
};

/** Texts of the list of refused attempts. */
export function useAttemptWords(): { action: (action: string | null) => string; reason: (reason: string) => string } {
  const { _ } = useLingui();
  const textOf = useReasonText();
  return {
    action: (action) => {
      if (action === null) return _(msg`Many different requests`);
      const words = ACTIONS.find(([route]) => route.test(action))?.[1];
      return words === undefined ? action : _(words);
    },
    reason: (reason) => {
      if (Object.hasOwn(REASONS, reason)) return _(REASONS[reason]!);
      if (reason.startsWith('only-its-owner-')) return _(msg`Only the owner or an administrator may`);
      if (reason.startsWith('only-administrators-and-auditors-')) return _(msg`Only administrators and auditors may`);
      if (reason.startsWith('only-')) return _(msg`Only administrators may`);
      return textOf(reason) ?? reason;
    },
  };
}
