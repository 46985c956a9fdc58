import type { Fact, FactShapes, Role } from '../platform/domain.js';

/** All users in one stream: the last administrator and unique addresses are rules over all users. */
export const USERS_STREAM = 'users';

const userKey = (userId: string): string => `user/${userId}`;

/** Personal fields are null once the person has been erased. */
export type UserEvent =
  | Fact<'UserAdded', { userId: string; emailKey: string; role: Role; name: string | null; email: string | null }>
  | Fact<'UserRenamed', { userId: string; name: string | null }>
  | Fact<'UserRoleChanged', { userId: string; from: Role; to: Role }>
  | Fact<'UserPasswordChanged', { userId: string; version: number }>
  /** links a person of the company's provider to the user; `key`: HMAC of issuer and subject */
  | Fact<'UserLinked', { userId: string; key: string }>
  | Fact<'UserDeactivated', { userId: string }>
  | Fact<'UserReactivated', { userId: string }>;

export const userFacts: FactShapes<UserEvent> = {
  UserAdded: { v: 1, personal: { key: (data) => userKey(data.userId), fields: ['name', 'email'] } },
  UserRenamed: { v: 1, personal: { key: (data) => userKey(data.userId), fields: ['name'] } },
  UserRoleChanged: { v: 1 },
  UserPasswordChanged: { v: 1 },
  UserLinked: { v: 1 },
  UserDeactivated: { v: 1 },
  UserReactivated: { v: 1 },
};
