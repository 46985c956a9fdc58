/**
 * Expected answer of each route to each caller. The second line of the header names the account of the request: `own`
 * is an account that the owner added, `granted` one with access from an administrator, `foreign` one without access.
 *
 * ok       is answered
 * login    401: the caller is unknown
 * hidden   404: as if it did not exist
 * locked   403 mail-module-locked: a person without any account
 * no-mail  403 auditors-do-not-read-mail
 * admin    403: only administrators
 * manage   403: only administrators and the owner of the account
 * person   403: only a person
 * begun    403: only the browser that began the sign-in
 */
const TABLE = `
                                               | nobody | administrator | owner | granted | owner   | other   | locked  | auditor | token administrator | token user | token auditor | token for owner | token for owner
route                                          |        | foreign       | own   | granted | foreign | foreign | foreign | foreign | foreign             | foreign    | foreign       | own             | foreign
GET /health/live                               | ok     | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /health/ready                              | ok     | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /api/session/openid/start                  | ok     | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /api/session/openid/callback               | ok     | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
POST /api/session/openid                       | login  | ok            | ok    | ok      | ok      | ok      | ok      | ok      | person              | person     | person        | person          | person
POST /api/session                              | ok     | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
DELETE /api/session                            | login  | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /api/me                                    | login  | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /api/users                                 | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
POST /api/users                                | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
GET /api/users/{id}                            | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
GET /api/users/{id}/history                    | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
PUT /api/users/{id}/password                   | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
PATCH /api/users/{id}                          | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
GET /api/tokens                                | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
POST /api/tokens                               | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
DELETE /api/tokens/{id}                        | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
POST /api/accounts                             | login  | ok            | ok    | ok      | ok      | ok      | locked  | manage  | ok                  | locked     | manage        | ok              | ok
POST /api/accounts/detect                      | login  | ok            | ok    | ok      | ok      | ok      | locked  | manage  | ok                  | locked     | manage        | ok              | ok
GET /api/accounts                              | login  | ok            | ok    | ok      | ok      | ok      | locked  | ok      | ok                  | locked     | ok            | ok              | ok
GET /api/accounts/{id}                         | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
PATCH /api/accounts                            | login  | ok            | ok    | ok      | ok      | ok      | locked  | ok      | ok                  | locked     | ok            | ok              | ok
PATCH /api/accounts/{id}                       | login  | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
PUT /api/accounts/{id}/autoresponder           | login  | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
POST /api/accounts/{id}/test                   | login  | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
DELETE /api/accounts/{id}                      | login  | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
GET /api/accounts/{id}/access                  | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
POST /api/accounts/{id}/revert                 | login  | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
POST /api/accounts/{id}/preview                | login  | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
GET /api/oauth/{provider}/start                | login  | ok            | ok    | manage  | hidden  | hidden  | locked  | no-mail | person              | locked     | no-mail       | ok              | hidden
GET /api/oauth/{provider}/callback             | begun  | begun         | begun | begun   | begun   | begun   | begun   | begun   | begun               | begun      | begun         | begun           | begun
PUT /api/accounts/{id}/password                | login  | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
PUT /api/accounts/{id}/access/{userId}         | login  | ok            | admin | admin   | hidden  | hidden  | locked  | admin   | ok                  | locked     | admin         | admin           | hidden
DELETE /api/accounts/{id}/access/{userId}      | login  | ok            | admin | admin   | hidden  | hidden  | locked  | admin   | ok                  | locked     | admin         | admin           | hidden
GET /api/accounts/{id}/history                 | login  | ok            | ok    | manage  | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/accounts/{id}/attempts                | login  | ok            | ok    | manage  | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/attempts                              | login  | ok            | admin | admin   | admin   | admin   | admin   | ok      | ok                  | admin      | ok            | admin           | admin
GET /api/audit/facts                           | login  | ok            | admin | admin   | admin   | admin   | admin   | ok      | ok                  | admin      | ok            | admin           | admin
POST /api/accounts/{id}/fetch                  | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/accounts/{id}/fetches                 | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/fetches/{fetchId}                     | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/accounts/{id}/gaps                    | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/accounts/{id}/deliverability          | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/accounts/{id}/messages                | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/accounts/{id}/drafts                  | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/accounts/{id}/drafts                 | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/drafts/{id}                           | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
PUT /api/drafts/{id}                           | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
DELETE /api/drafts/{id}                        | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/drafts/{id}/send                     | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/accounts/{id}/folders                 | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/accounts/{id}/messages/calendar       | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/accounts/{id}/folders                | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/accounts/{id}/folders/mirror         | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
PATCH /api/folders/{id}                        | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
DELETE /api/folders/{id}                       | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/messages                              | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/messages/calendar                     | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
POST /api/uploads                              | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/uploads/{id}                          | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/messages/{id}                         | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/messages/{id}/raw                     | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/messages/{id}/attachments/{index}     | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/accounts/{id}/change                 | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
PATCH /api/messages                            | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
PATCH /api/messages/{id}                       | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
PUT /api/messages/{id}/presence                | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | person              | locked     | no-mail       | ok              | hidden
DELETE /api/messages/{id}                      | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/messages/{id}/restore                | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/messages/{id}/history                 | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/threads/{id}                          | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/live                                  | login  | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /api/notifications                         | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | person              | locked     | no-mail       | ok              | ok
POST /api/notifications/read                   | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | person              | locked     | no-mail       | ok              | ok
POST /api/notifications/{id}/read              | login  | hidden        | ok    | ok      | hidden  | hidden  | locked  | no-mail | person              | locked     | no-mail       | ok              | hidden
GET /api/contacts                              | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/contacts/{id}                         | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
POST /api/contacts                             | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
PATCH /api/contacts/{id}                       | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/contacts/{id}/history                 | login  | ok            | ok    | ok      | ok      | ok      | locked  | ok      | ok                  | locked     | ok            | ok              | ok
GET /api/companies                             | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/companies/{id}                        | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
POST /api/companies                            | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
PATCH /api/companies/{id}                      | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/companies/{id}/history                | login  | ok            | ok    | ok      | ok      | ok      | locked  | ok      | ok                  | locked     | ok            | ok              | ok
GET /api/tasks                                 | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/tasks/{id}                            | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/tasks                                | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
PATCH /api/tasks/{id}                          | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/tasks/{id}/history                    | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/outbox/hold                           | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
POST /api/accounts/{id}/messages               | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/accounts/{id}/outbox                  | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/accounts/{id}/autoresponder/log       | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/accounts/{id}/autoresponder/preview  | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/outbox                                | login  | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
DELETE /api/outbox/{id}                        | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/outbox/{id}/confirm                  | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/outbox/{id}/edit                      | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/outbox/{id}/resolve                  | login  | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
DELETE /api/outbox/hold                        | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
POST /api/erasures                             | login  | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
GET /api/erasures                              | login  | ok            | admin | admin   | admin   | admin   | admin   | ok      | ok                  | admin      | ok            | admin           | admin
GET /api/erasures/{id}                         | login  | ok            | admin | admin   | admin   | admin   | admin   | ok      | ok                  | admin      | ok            | admin           | admin
`;

export interface Column {
  caller: string;
  account: string;
}

const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim());
const [callers, accounts, ...rows] = TABLE.trim().split('\n').map(cells) as [string[], string[], ...string[][]];

export const columns: Column[] = accounts.slice(1).map((account, index) => ({
  caller: callers.at(index - accounts.length + 1)!,
  account: account || 'foreign',
}));

export const permissions: { route: string; expected: string[] }[] = rows.map(([route, ...expected]) => ({
  route: route!,
  expected,
}));

const FORBIDDEN: Record<string, string> = {
  'mail-module-locked': 'locked',
  'auditors-do-not-read-mail': 'no-mail',
  'only-an-administrator-does-this': 'admin',
  'only-an-administrator-grants-access': 'admin',
  'only-its-owner-or-an-administrator-changes-the-password': 'manage',
  'only-its-owner-or-an-administrator-changes-the-settings': 'manage',
  'only-its-owner-or-an-administrator-removes-an-account': 'manage',
  'only-administrators-and-auditors-read-the-attempts': 'admin',
  'only-administrators-and-auditors-read-the-log': 'admin',
  'only-its-owner-or-an-administrator-reads-the-attempts': 'manage',
  'only-its-owner-or-an-administrator-reads-the-history': 'manage',
  'auditors-add-no-accounts': 'manage',
  'only-a-person-signs-in': 'person',
  'only-a-person-has-notifications': 'person',
  'only-a-person-is-present': 'person',
  'sign-in-not-begun': 'begun',
};

/** An answer in the words of the table. */
/** The caller has the permission; the service lacks a registration, or the message has another state. */
const OTHER_REASONS: ReadonlySet<string> = new Set([
  'sign-in-not-set-up',
  'openid-not-configured',
  'not-overdue',
  'nothing-to-resolve',
]);

export function inWords({ status, body }: { status: number; body: { reason?: string } }): string {
  const { reason = '' } = body;
  if (status < 400 || OTHER_REASONS.has(reason)) return 'ok';
  if (status === 401 && reason === 'not-signed-in') return 'login';
  if (status === 404 && reason.endsWith('not-found')) return 'hidden';
  return (status === 403 && FORBIDDEN[reason]) || `${status} ${reason}`;
}
