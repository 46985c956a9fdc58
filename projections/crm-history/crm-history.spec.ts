import * as crm from '../../test/examples/crm-facts.js';
import type { AnyFact } from '../../src/all.events.js';
import { atOf, idOf, positionOf } from '../../test/examples/recorded.js';
import { userAdded, userRenamed } from '../../test/examples/people-facts.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { crmHistory } from './crm-history.js';

const ofDora = (fact: AnyFact, fields: string[]) => ({
  given: [crm.contactCreated(), fact],
  rows: {
    entries: [{ revision: 0 }, { stream: 'contact-dora', revision: 1, type: fact.type, data: fact.data, fields }],
  },
});
const ofCustomer = (fact: AnyFact, fields: string[]) => ({
  given: [crm.companyCreated(), fact],
  rows: {
    entries: [{ revision: 0 }, { stream: 'company-customer', revision: 1, type: fact.type, data: fact.data, fields }],
  },
});
const ofTask = (fact: AnyFact, fields: string[]) => ({
  given: [crm.taskCreated(), fact],
  rows: {
    entries: [{ revision: 0 }, { stream: 'task-task-1', revision: 1, type: fact.type, data: fact.data, fields }],
  },
});

everyFactHasACase(crmHistory, {
  ContactCreated: {
    given: [crm.contactCreated()],
    rows: {
      entries: [
        {
          stream: 'contact-dora',
          revision: 0,
          id: idOf(0),
          at: new Date(atOf(0)),
          by: 'user:ada',
          via: 'web',
          type: 'ContactCreated',
          data: crm.contactCreated().data,
          fields: ['name', 'emails', 'companyId', 'source'],
          position: positionOf(0),
        },
      ],
      subjects: [{ stream: 'contact-dora', accountId: null }],
    },
  },
  ContactRenamed: ofDora(crm.contactRenamed(), ['name']),
  ContactEmailAdded: ofDora(crm.contactEmailAdded(), ['emails']),
  ContactEmailRemoved: ofDora(crm.contactEmailRemoved(), ['emails']),
  ContactMovedToCompany: ofDora(crm.contactMovedToCompany(), ['companyId']),
  ContactClaimDropped: ofDora(crm.contactClaimDropped(), []),
  ContactAbandoned: {
    given: [crm.contactAbandoned()],
    rows: { entries: [{ stream: 'contact-dora', revision: 0, type: 'ContactAbandoned' }], subjects: [] },
  },
  ContactErased: {
    given: [crm.contactCreated({ contactId: 'emil' }), crm.contactCreated(), crm.contactRenamed(), crm.contactErased()],
    rows: { entries: [{ stream: 'contact-emil' }], subjects: [{ stream: 'contact-emil' }] },
  },
  CompanyCreated: {
    given: [crm.companyCreated()],
    rows: {
      entries: [{ stream: 'company-customer', type: 'CompanyCreated', fields: ['name', 'domain'] }],
      subjects: [{ stream: 'company-customer', accountId: null }],
    },
  },
  CompanyRenamed: ofCustomer(crm.companyRenamed(), ['name']),
  CompanyDomainChanged: ofCustomer(crm.companyDomainChanged(), ['domain']),
  CompanyClaimDropped: ofCustomer(crm.companyClaimDropped(), []),
  CompanyAbandoned: {
    given: [crm.companyAbandoned()],
    rows: { entries: [{ stream: 'company-customer', type: 'CompanyAbandoned' }], subjects: [] },
  },
  TaskCreated: {
    given: [crm.taskCreated()],
    rows: {
      entries: [
        { stream: 'task-task-1', type: 'TaskCreated', fields: ['title', 'messageId', 'accountId', 'contactId'] },
      ],
      subjects: [{ stream: 'task-task-1', accountId: 'info' }],
    },
  },
  TaskRetitled: ofTask(crm.taskRetitled(), ['title']),
  TaskAssigned: ofTask(crm.taskAssigned(), ['assignee']),
  TaskCompleted: ofTask(crm.taskCompleted(), ['state']),
  TaskReopened: ofTask(crm.taskReopened(), ['state']),
  TaskLinkedToContact: ofTask(crm.taskLinkedToContact(), ['contactId']),
  TaskErased: {
    given: [crm.taskCreated({ taskId: 'task-2' }), crm.taskCreated(), crm.taskRetitled(), crm.taskErased()],
    rows: { entries: [{ stream: 'task-task-2' }], subjects: [{ stream: 'task-task-2' }] },
  },
  UserAdded: { given: [userAdded()], rows: { names: [{}] } },
  UserRenamed: { given: [userAdded(), userRenamed()], rows: { names: [{ name: userRenamed().data.name }] } },
});
