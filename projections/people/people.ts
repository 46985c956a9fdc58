import type { Role } from '../../src/platform/domain.js';
import { defineProjection, table } from '../../src/platform/read-models/projection.js';
import type { TokenEvent } from '../../src/tokens/token.events.js';
import type { UserEvent } from '../../src/users/user.events.js';
import { flag, id, orNull, position, text, time } from '../../src/platform/read-models/columns.js';

export interface UserRow {
  id: string;
  /** null: the person was forgotten */
  name: string | null;
  email: string | null;
  role: Role;
  active: boolean;
  /** signs in at the company's OpenID provider */
  byProvider: boolean;
}

export interface TokenRow {
  id: string;
  name: string;
  role: Role;
  issuedAt: Date;
  /** of the fact that issued the token */
  position: string;
}

const VERSION = 2;

export const peopleTables = {
  users: table<UserRow>('people_users', VERSION, {
    columns: { id, name: orNull(text), email: orNull(text), role: text, active: flag, byProvider: flag },
  }),
  tokens: table<TokenRow>('people_tokens', VERSION, {
    columns: { id, name: text, role: text, issuedAt: time, position },
  }),
};

/** Users, and the tokens in force of services. */
export const people = defineProjection<UserEvent | TokenEvent, { users: UserRow; tokens: TokenRow }>({
  name: 'people',
  version: VERSION,
  tables: peopleTables,
  on: {
    UserAdded: ({ users }, { data }) =>
      users.put({
        id: data.userId,
        name: data.name,
        email: data.email,
        role: data.role,
        active: true,
        byProvider: false,
      }),
    UserRenamed: ({ users }, { data }) => users.update({ id: data.userId }, { name: data.name }),
    UserRoleChanged: ({ users }, { data }) => users.update({ id: data.userId }, { role: data.to }),
    UserLinked: ({ users }, { data }) => users.update({ id: data.userId }, { byProvider: true }),
    UserDeactivated: ({ users }, { data }) => users.update({ id: data.userId }, { active: false }),
    UserReactivated: ({ users }, { data }) => users.update({ id: data.userId }, { active: true }),
    TokenIssued: ({ tokens }, { data, metadata, position }) =>
      tokens.put({ id: data.tokenId, name: data.name, role: data.role, issuedAt: new Date(metadata.at), position }),
    TokenRevoked: ({ tokens }, { data }) => tokens.remove({ id: data.tokenId }),
  },
});
