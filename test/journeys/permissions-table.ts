/**
 * Who gets what from each route. The second word of a column is whose account it is about: `own` is the account that an owner added,
 * `granted` one that an administrator gave him, `foreign` one that he may not use.
 *
 * ok       is answered
 * who      401: nobody is known by that
 * hidden   404: as if it were not there
 * locked   403 mail-module-locked: a person without any account
 * no-mail  403 auditors-do-not-read-mail
 * admin    403: only administrators
 * manage   403: only administrators and, for his own account, the owner
 * person   403: only a person
 * begun    403: only who began it, as his browser proves
 */
const TABLE = `
                                               | nobody | administrator | owner | granted | owner   | other   | locked  | auditor | token administrator | token user | token auditor | token for owner | token for owner
route                                          |        | foreign       | own   | granted | foreign | foreign | foreign | foreign | foreign             | foreign    | foreign       | own             | foreign
GET /health/live                               | ok     | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /health/ready                              | ok     | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /api/session/openid/start                  | ok     | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /api/session/openid/callback               | ok     | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
POST /api/session/openid                       | who    | ok            | ok    | ok      | ok      | ok      | ok      | ok      | person              | person     | person        | person          | person
POST /api/session                              | ok     | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
DELETE /api/session                            | who    | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /api/me                                    | who    | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /api/users                                 | who    | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
POST /api/users                                | who    | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
GET /api/users/{id}                            | who    | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
GET /api/users/{id}/history                    | who    | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
PUT /api/users/{id}/password                   | who    | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
PATCH /api/users/{id}                          | who    | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
GET /api/tokens                                | who    | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
POST /api/tokens                               | who    | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
DELETE /api/tokens/{id}                        | who    | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
POST /api/accounts                             | who    | ok            | ok    | ok      | ok      | ok      | locked  | manage  | ok                  | locked     | manage        | ok              | ok
POST /api/accounts/detect                      | who    | ok            | ok    | ok      | ok      | ok      | locked  | manage  | ok                  | locked     | manage        | ok              | ok
GET /api/accounts                              | who    | ok            | ok    | ok      | ok      | ok      | locked  | ok      | ok                  | locked     | ok            | ok              | ok
GET /api/accounts/{id}                         | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
PATCH /api/accounts                            | who    | ok            | ok    | ok      | ok      | ok      | locked  | ok      | ok                  | locked     | ok            | ok              | ok
PATCH /api/accounts/{id}                       | who    | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
PUT /api/accounts/{id}/autoresponder           | who    | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
POST /api/accounts/{id}/test                   | who    | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
DELETE /api/accounts/{id}                      | who    | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
GET /api/accounts/{id}/access                  | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
POST /api/accounts/{id}/revert                 | who    | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
POST /api/accounts/{id}/preview                | who    | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
GET /api/oauth/{provider}/start                | who    | ok            | ok    | manage  | hidden  | hidden  | locked  | no-mail | person              | locked     | no-mail       | ok              | hidden
GET /api/oauth/{provider}/callback             | begun  | begun         | begun | begun   | begun   | begun   | begun   | begun   | begun               | begun      | begun         | begun           | begun
PUT /api/accounts/{id}/password                | who    | ok            | ok    | manage  | hidden  | hidden  | locked  | manage  | ok                  | locked     | manage        | ok              | hidden
PUT /api/accounts/{id}/access/{userId}         | who    | ok            | admin | admin   | hidden  | hidden  | locked  | admin   | ok                  | locked     | admin         | admin           | hidden
DELETE /api/accounts/{id}/access/{userId}      | who    | ok            | admin | admin   | hidden  | hidden  | locked  | admin   | ok                  | locked     | admin         | admin           | hidden
GET /api/accounts/{id}/history                 | who    | ok            | ok    | manage  | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/accounts/{id}/attempts                | who    | ok            | ok    | manage  | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/attempts                              | who    | ok            | admin | admin   | admin   | admin   | admin   | ok      | ok                  | admin      | ok            | admin           | admin
POST /api/accounts/{id}/fetch                  | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/accounts/{id}/fetches                 | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/fetches/{fetchId}                     | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/accounts/{id}/gaps                    | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
GET /api/accounts/{id}/messages                | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/messages                              | who    | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/messages/{id}                         | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/messages/{id}/raw                     | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/messages/{id}/attachments/{index}     | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/threads/{id}                          | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/live                                  | who    | ok            | ok    | ok      | ok      | ok      | ok      | ok      | ok                  | ok         | ok            | ok              | ok
GET /api/contacts                              | who    | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/contacts/{id}                         | who    | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
POST /api/contacts                             | who    | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
PATCH /api/contacts/{id}                       | who    | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/contacts/{id}/history                 | who    | ok            | ok    | ok      | ok      | ok      | locked  | ok      | ok                  | locked     | ok            | ok              | ok
GET /api/companies                             | who    | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/companies/{id}                        | who    | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
POST /api/companies                            | who    | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
PATCH /api/companies/{id}                      | who    | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/companies/{id}/history                | who    | ok            | ok    | ok      | ok      | ok      | locked  | ok      | ok                  | locked     | ok            | ok              | ok
GET /api/tasks                                 | who    | ok            | ok    | ok      | ok      | ok      | locked  | no-mail | ok                  | locked     | no-mail       | ok              | ok
GET /api/tasks/{id}                            | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
POST /api/tasks                                | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
PATCH /api/tasks/{id}                          | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | no-mail | ok                  | locked     | no-mail       | ok              | hidden
GET /api/tasks/{id}/history                    | who    | ok            | ok    | ok      | hidden  | hidden  | locked  | ok      | ok                  | locked     | ok            | ok              | hidden
POST /api/erasures                             | who    | ok            | admin | admin   | admin   | admin   | admin   | admin   | ok                  | admin      | admin         | admin           | admin
GET /api/erasures                              | who    | ok            | admin | admin   | admin   | admin   | admin   | ok      | ok                  | admin      | ok            | admin           | admin
GET /api/erasures/{id}                         | who    | ok            | admin | admin   | admin   | admin   | admin   | ok      | ok                  | admin      | ok            | admin           | admin
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
  'only-its-owner-or-an-administrator-reads-the-attempts': 'manage',
  'only-its-owner-or-an-administrator-reads-the-history': 'manage',
  'auditors-add-no-accounts': 'manage',
  'only-a-person-signs-in': 'person',
  'sign-in-not-begun': 'begun',
};

/** An answer in the words of the table. */
export function inWords({ status, body }: { status: number; body: { reason?: string } }): string {
  const { reason = '' } = body;
  // He may, and would be sent on if the service were registered with a provider.
  if (status < 400 || reason === 'sign-in-not-set-up' || reason === 'openid-not-configured') return 'ok';
  if (status === 401 && reason === 'not-signed-in') return 'who';
  if (status === 404 && reason.endsWith('not-found')) return 'hidden';
  return (status === 403 && FORBIDDEN[reason]) || `${status} ${reason}`;
}
