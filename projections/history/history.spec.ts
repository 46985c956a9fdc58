import type { AnyFact } from '../../src/all.events.js';
import * as account from '../../test/examples/account-facts.js';
import * as crm from '../../test/examples/crm-facts.js';
import * as mailbox from '../../test/examples/mailbox-facts.js';
import * as people from '../../test/examples/people-facts.js';
import { atOf, idOf, positionOf, told } from '../../test/examples/recorded.js';
import { settingExamples } from '../../test/examples/setting-examples.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { history } from './history.js';

const after =
  (creation: AnyFact, subject: string) =>
  (fact: AnyFact, fields: string[], names: object[] = []) => ({
    given: [creation, fact],
    rows: {
      entries: [
        { subject, revision: 0 },
        { subject, revision: 1, type: fact.type, data: fact.data, fields },
      ],
      names,
    },
  });
const ofInfo = after(account.accountAdded(), 'account-info');
const ofFolders = (fact: AnyFact, fields: string[]) => ({
  given: [fact],
  rows: { entries: [{ subject: 'account-info', revision: null, type: fact.type, data: fact.data, fields }] },
});
const ofDora = after(crm.contactCreated(), 'contact-dora');
const ofCustomer = after(crm.companyCreated(), 'company-customer');
const ofTask = after(crm.taskCreated(), 'task-task-1');
const ofBen = (fact: AnyFact, fields: string[], name = 'Ben Okri') =>
  after(people.userAdded(), 'user-ben')(fact, fields, [{ id: 'ben', name }]);

everyFactHasACase(history, {
  AccountAdded: {
    given: [told(account.accountAdded({ owner: 'ben' }), { by: 'token:billing-token', via: 'api:billing' })],
    rows: {
      entries: [
        {
          subject: 'account-info',
          revision: 0,
          id: idOf(0),
          at: new Date(atOf(0)),
          by: 'token:billing-token',
          via: 'api:billing',
          type: 'AccountAdded',
          data: account.accountAdded({ owner: 'ben' }).data,
          position: positionOf(0),
        },
      ],
    },
  },
  PasswordChanged: ofInfo(account.passwordChanged(), ['password']),
  SignInGranted: {
    given: [account.accountAdded(), account.signInGranted({ from: 'password' }), account.signInGranted()],
    rows: {
      entries: [{}, { type: 'SignInGranted', fields: ['signIn', 'password'] }, { type: 'SignInGranted', fields: [] }],
    },
  },
  SignInRanOut: ofInfo(account.signInRanOut(), []),
  ...Object.fromEntries(settingExamples.map(({ setting, fact }) => [fact.type, ofInfo(fact, [setting])])),
  AddressClaimDropped: ofInfo(account.addressClaimDropped(), []),
  AccessGranted: ofInfo(account.accessGranted(), ['users']),
  AccessRevoked: {
    given: [account.accountAdded(), account.accessGranted(), account.accessRevoked()],
    rows: { entries: [{}, {}, { type: 'AccessRevoked', fields: ['users'] }] },
  },
  AccountRemoved: ofInfo(account.accountRemoved(), ['removed']),
  AccountAbandoned: {
    given: [account.accountAbandoned({ accountId: 'never' })],
    rows: { entries: [{ subject: 'account-never', type: 'AccountAbandoned', fields: [] }] },
  },

  FolderFound: {
    given: [mailbox.folderFound(), mailbox.folderFound({ by: 'person' })],
    rows: {
      entries: [
        { subject: 'account-info', revision: null, position: positionOf(1), type: 'FolderFound', fields: ['folder'] },
      ],
    },
  },
  FolderRenamed: ofFolders(mailbox.folderRenamed(), ['folder']),
  FolderGone: ofFolders(mailbox.folderGone(), ['folder']),
  FolderForgotten: ofFolders(mailbox.folderForgotten(), []),
  FolderChosen: ofFolders(mailbox.folderChosen(), ['fetched']),
  FolderRoleSet: {
    given: [
      mailbox.folderRoleSet(),
      mailbox.folderRoleSet({ role: 'sent' }),
      mailbox.folderRoleSet({ from: 'drafts', role: null, by: 'server' }),
      mailbox.folderRoleSet({ from: null, role: 'junk', by: 'server' }),
    ],
    rows: {
      entries: [
        { type: 'FolderRoleSet', fields: ['role'], position: positionOf(0) },
        { type: 'FolderRoleSet', fields: ['role'], position: positionOf(3) },
      ],
    },
  },

  ContactCreated: {
    given: [crm.contactCreated()],
    rows: {
      entries: [
        {
          subject: 'contact-dora',
          revision: 0,
          by: 'user:ada',
          via: 'web',
          type: 'ContactCreated',
          data: crm.contactCreated().data,
          fields: ['name', 'emails', 'companyId', 'source'],
        },
      ],
    },
  },
  ContactRenamed: ofDora(crm.contactRenamed(), ['name']),
  ContactNameCorrected: ofDora(crm.contactNameCorrected(), ['name']),
  ContactEmailAdded: ofDora(crm.contactEmailAdded(), ['emails']),
  ContactEmailRemoved: ofDora(crm.contactEmailRemoved(), ['emails']),
  ContactMovedToCompany: ofDora(crm.contactMovedToCompany(), ['companyId']),
  ContactClaimDropped: ofDora(crm.contactClaimDropped(), []),
  ContactAbandoned: {
    given: [crm.contactAbandoned()],
    rows: { entries: [{ subject: 'contact-dora', revision: 0, type: 'ContactAbandoned' }] },
  },
  ContactErased: {
    given: [crm.contactCreated({ contactId: 'emil' }), crm.contactCreated(), crm.contactRenamed(), crm.contactErased()],
    rows: { entries: [{ subject: 'contact-emil' }] },
  },
  CompanyCreated: {
    given: [crm.companyCreated()],
    rows: { entries: [{ subject: 'company-customer', type: 'CompanyCreated', fields: ['name', 'domain'] }] },
  },
  CompanyRenamed: ofCustomer(crm.companyRenamed(), ['name']),
  CompanyDomainChanged: ofCustomer(crm.companyDomainChanged(), ['domain']),
  CompanyClaimDropped: ofCustomer(crm.companyClaimDropped(), []),
  CompanyErased: {
    given: [crm.companyCreated({ companyId: 'zoo' }), crm.companyCreated(), crm.companyErased()],
    rows: { entries: [{ subject: 'company-zoo' }] },
  },
  CompanyAbandoned: {
    given: [crm.companyAbandoned()],
    rows: { entries: [{ subject: 'company-customer', type: 'CompanyAbandoned' }] },
  },
  TaskCreated: {
    given: [crm.taskCreated()],
    rows: {
      entries: [
        { subject: 'task-task-1', type: 'TaskCreated', fields: ['title', 'messageId', 'accountId', 'contactId'] },
      ],
    },
  },
  TaskRetitled: ofTask(crm.taskRetitled(), ['title']),
  TaskTitlesKept: {
    given: [crm.taskCreated({ title: null }), crm.taskRetitled({ from: null, to: null }), crm.taskTitlesKept()],
    rows: {
      entries: [
        { fields: ['title', 'messageId', 'accountId', 'contactId'], data: crm.taskCreated().data },
        { fields: ['title'], data: crm.taskRetitled().data },
        { type: 'TaskTitlesKept', fields: [] },
      ],
    },
  },
  TaskAssigned: ofTask(crm.taskAssigned(), ['assignee']),
  TaskCompleted: ofTask(crm.taskCompleted(), ['state']),
  TaskReopened: ofTask(crm.taskReopened(), ['state']),
  TaskLinkedToContact: ofTask(crm.taskLinkedToContact(), ['contactId']),
  TaskErased: {
    given: [crm.taskCreated({ taskId: 'task-2' }), crm.taskCreated(), crm.taskRetitled(), crm.taskErased()],
    rows: { entries: [{ subject: 'task-task-2' }] },
  },

  UserAdded: {
    given: [people.userAdded({ userId: 'ada' }), people.userAdded()],
    rows: {
      entries: [
        { subject: 'user-ada', revision: 0 },
        {
          subject: 'user-ben',
          revision: 1,
          type: 'UserAdded',
          data: people.userAdded().data,
          fields: ['name', 'email', 'role'],
        },
      ],
      names: [{ id: 'ada' }, { id: 'ben', name: 'Ben Okri' }],
    },
  },
  UserRenamed: ofBen(people.userRenamed(), ['name'], 'Benjamin Okri'),
  UserRoleChanged: ofBen(people.userRoleChanged(), ['role']),
  UserPasswordChanged: ofBen(people.userPasswordChanged(), ['password']),
  UserLinked: ofBen(people.userLinked(), ['byProvider']),
  UserDeactivated: ofBen(people.userDeactivated(), ['active']),
  UserReactivated: ofBen(people.userReactivated(), ['active']),
});
