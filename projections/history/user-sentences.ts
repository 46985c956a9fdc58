import type { Role } from '../../src/platform/domain.js';
import type { UserEvent } from '../../src/users/user.events.js';
import { quoted, SECRET, type Sentences } from './sentence.js';

const A_ROLE: Record<Role, string> = { administrator: 'an administrator', user: 'a user', auditor: 'an auditor' };

export const userSentences: Sentences<UserEvent> = {
  UserAdded: ({ name, email, role }) => ({
    summary: `added ${quoted(name)} as ${A_ROLE[role]}`,
    changes: Object.entries({ name, email, role }).map(([field, to]) => ({ field, from: null, to })),
  }),
  UserRenamed: ({ name }, { nameBefore }) => ({
    summary: `renamed ${quoted(nameBefore)} to ${quoted(name)}`,
    changes: [{ field: 'name', from: nameBefore, to: name }],
  }),
  UserRoleChanged: ({ from, to }) => ({
    summary: `made ${A_ROLE[from]} ${A_ROLE[to]}`,
    changes: [{ field: 'role', from, to }],
  }),
  UserPasswordChanged: () => ({
    summary: 'set the password',
    changes: [{ field: 'password', from: SECRET, to: SECRET }],
  }),
  UserLinked: () => ({
    summary: 'linked to a person of the company’s provider',
    changes: [{ field: 'byProvider', from: false, to: true }],
  }),
  UserDeactivated: () => ({ summary: 'let out', changes: [{ field: 'active', from: true, to: false }] }),
  UserReactivated: () => ({ summary: 'let in again', changes: [{ field: 'active', from: false, to: true }] }),
};
