import type { DataOf, Role } from '../../src/platform/domain.js';
import type { UserEvent } from '../../src/users/user.events.js';
import type { Sentence } from '../change-history/sentence.js';

const quoted = (text: string | null): string => (text === null ? '(forgotten)' : `“${text}”`);
const A_ROLE: Record<Role, string> = { administrator: 'an administrator', user: 'a user', auditor: 'an auditor' };
const SECRET = '•••';

/** @param nameBefore of the person, null when it is not known any more; a fact of a person without a sentence does not compile */
const sentences: { [T in UserEvent['type']]: (data: DataOf<UserEvent, T>, nameBefore: string | null) => Sentence } = {
  UserAdded: ({ name, email, role }) => ({
    summary: `added ${quoted(name)} as ${A_ROLE[role]}`,
    changes: Object.entries({ name, email, role }).map(([field, to]) => ({ field, from: null, to })),
  }),
  UserRenamed: ({ name }, nameBefore) => ({
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

export const userFactTypes = Object.keys(sentences) as UserEvent['type'][];

export const tell = ({ type, data }: { type: UserEvent['type']; data: object }, nameBefore: string | null): Sentence =>
  (sentences[type] as (data: object, nameBefore: string | null) => Sentence)(data, nameBefore);
