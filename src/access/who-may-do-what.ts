import type { AccountEvent } from '../accounts/account.events.js';
import type { AccessAccountRow, AccessGrantRow, AccessTokenRow, AccessUserRow } from './access.js';
import { ACCESS_VERSION, accessTables } from './access.js';
import { START } from '../platform/log/event-store.js';
import { defineProjection } from '../platform/read-models/projection.js';
import type { TokenEvent } from '../tokens/token.events.js';
import type { UserEvent } from '../users/user.events.js';

/** Fills the tables of `access.ts` with rights; every request reads them. */
export const whoMayDoWhat = defineProjection<
  UserEvent | TokenEvent | AccountEvent,
  { users: AccessUserRow; tokens: AccessTokenRow; accounts: AccessAccountRow; grants: AccessGrantRow }
>({
  name: 'who-may-do-what',
  version: ACCESS_VERSION,
  tables: accessTables,
  pace: 'prompt',
  on: {
    UserAdded: ({ users }, { data }) =>
      users.put({
        id: data.userId,
        role: data.role,
        active: true,
        email_key: data.emailKey,
        password_version: 0,
        sessions_after: START,
      }),
    UserRoleChanged: ({ users }, { data }) => users.update({ id: data.userId }, { role: data.to }),
    UserPasswordChanged: ({ users }, { data, position }) =>
      users.update({ id: data.userId }, { password_version: data.version, sessions_after: position }),
    UserDeactivated: ({ users }, { data, position }) =>
      users.update({ id: data.userId }, { active: false, sessions_after: position }),
    UserReactivated: ({ users }, { data }) => users.update({ id: data.userId }, { active: true }),
    TokenIssued: ({ tokens }, { data }) =>
      tokens.put({ id: data.tokenId, role: data.role, name: data.name, revoked: false }),
    TokenRevoked: ({ tokens }, { data }) => tokens.update({ id: data.tokenId }, { revoked: true }),
    AccountAdded: ({ accounts }, { data }) => accounts.put({ id: data.accountId, owner: data.owner, removed: false }),
    AccessGranted: ({ grants }, { data }) => grants.put({ user_id: data.userId, account_id: data.accountId }),
    AccessRevoked: ({ grants }, { data }) => grants.remove({ user_id: data.userId, account_id: data.accountId }),
    AccountRemoved: ({ accounts, grants }, { data }) => {
      accounts.update({ id: data.accountId }, { removed: true });
      grants.removeWhere({ account_id: data.accountId });
    },
  },
});
