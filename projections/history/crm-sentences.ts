import type { CompanyEvent } from '../../src/companies/company.events.js';
import type { ContactEvent } from '../../src/contacts/contact.events.js';
import type { TaskEvent } from '../../src/tasks/task.events.js';
import type { NameOf } from './authors.js';
import { type Change, quoted, type Sentence, type Sentences } from './sentence.js';

export type CrmEvent = ContactEvent | CompanyEvent | TaskEvent;

const person = (userId: string | null, nameOf: NameOf): object | null =>
  userId === null ? null : { id: userId, name: nameOf(userId) };
const made = (fields: object): Change[] =>
  Object.entries(fields)
    .filter(([, to]) => to !== null && !(Array.isArray(to) && to.length === 0))
    .map(([field, to]) => ({ field, from: null, to: to as unknown }));
const renamed = (field: string, { from, to }: { from: string | null; to: string | null }): Sentence => ({
  summary: `renamed it from ${quoted(from)} to ${quoted(to)}`,
  changes: [{ field, from, to }],
});

export const crmSentences: Sentences<CrmEvent> = {
  ContactCreated: ({ name, emails, companyId, source }) => ({
    summary: source === null ? `made the contact ${quoted(name)}` : `made the contact ${quoted(name)} from a mail`,
    changes: made({ name, emails, companyId, source }),
  }),
  ContactRenamed: (data) => renamed('name', data),
  ContactNameCorrected: ({ from, to }) => ({
    summary: `corrected the name from ${quoted(from)} to ${quoted(to)} by a later mail`,
    changes: [{ field: 'name', from, to }],
  }),
  ContactEmailAdded: ({ email }) => ({
    summary: `added the address ${email ?? '(forgotten)'}`,
    changes: [{ field: 'emails', from: null, to: email }],
  }),
  ContactEmailRemoved: ({ email }) => ({
    summary: `removed the address ${email ?? '(forgotten)'}`,
    changes: [{ field: 'emails', from: email, to: null }],
  }),
  ContactMovedToCompany: ({ from, to }) => ({
    summary:
      to === null
        ? 'took it from its company'
        : from === null
          ? 'put it into a company'
          : 'moved it to another company',
    changes: [{ field: 'companyId', from, to }],
  }),
  ContactAbandoned: () => ({ summary: 'did not finish making it', changes: [] }),
  ContactClaimDropped: () => ({ summary: 'gave up an address that it was to have', changes: [] }),
  ContactErased: () => ({ summary: 'erased it', changes: [] }),
  CompanyCreated: ({ name, domain }) => ({
    summary: `made the company ${quoted(name)}`,
    changes: made({ name, domain }),
  }),
  CompanyRenamed: (data) => renamed('name', data),
  CompanyDomainChanged: ({ from, to }) => ({
    summary:
      to === null
        ? `removed the domain ${from}`
        : from === null
          ? `added the domain ${to}`
          : `changed the domain to ${to}`,
    changes: [{ field: 'domain', from, to }],
  }),
  CompanyAbandoned: () => ({ summary: 'did not make it, since another company has its domain', changes: [] }),
  CompanyClaimDropped: () => ({ summary: 'gave up a domain that it was to have', changes: [] }),
  CompanyErased: () => ({ summary: 'erased it', changes: [] }),
  TaskCreated: ({ title, messageId, accountId, contactId }) => ({
    summary: messageId === null ? `made the task ${quoted(title)}` : `made the task ${quoted(title)} for a mail`,
    changes: made({ title, messageId, accountId, contactId }),
  }),
  TaskRetitled: (data) => renamed('title', data),
  TaskTitlesKept: () => ({ summary: 'kept its title when its mail was destroyed', changes: [] }),
  TaskAssigned: ({ from, to }, { nameOf }) => ({
    summary: to === null ? 'gave it to nobody' : `gave it to ${nameOf(to)}`,
    changes: [{ field: 'assignee', from: person(from, nameOf), to: person(to, nameOf) }],
  }),
  TaskCompleted: () => ({ summary: 'completed it', changes: [{ field: 'state', from: 'open', to: 'done' }] }),
  TaskReopened: () => ({ summary: 'opened it again', changes: [{ field: 'state', from: 'done', to: 'open' }] }),
  TaskLinkedToContact: ({ from, to }) => ({
    summary: to === null ? 'said that it is about no contact' : 'said which contact it is about',
    changes: [{ field: 'contactId', from, to }],
  }),
  TaskErased: () => ({ summary: 'erased it', changes: [] }),
};
