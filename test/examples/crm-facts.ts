import { example } from './example.js';

export const companyCreated = example('CompanyCreated', {
  companyId: 'customer',
  name: 'Customer',
  domain: 'customer.example',
});
export const companyRenamed = example('CompanyRenamed', {
  companyId: 'customer',
  from: 'Customer',
  to: 'Customer Ltd',
});
export const companyDomainChanged = example('CompanyDomainChanged', {
  companyId: 'customer',
  from: 'customer.example',
  to: 'customer.test',
});
export const companyAbandoned = example('CompanyAbandoned', { companyId: 'customer' });
export const companyClaimDropped = example('CompanyClaimDropped', { companyId: 'customer', domain: 'other.example' });
export const domainAssigned = example('DomainAssigned', { domain: 'customer.example', companyId: 'customer' });
export const domainReleased = example('DomainReleased', { domain: 'customer.example', companyId: 'customer' });
export const contactCreated = example('ContactCreated', {
  contactId: 'dora',
  addressKey: 'key-of-dora',
  companyId: 'customer',
  source: { messageId: 'message-1', accountId: 'info' },
  name: 'Dora Diaz',
  emails: ['dora@customer.example'],
});
export const contactRenamed = example('ContactRenamed', { contactId: 'dora', from: 'Dora Diaz', to: 'Dora Dee' });
export const contactEmailAdded = example('ContactEmailAdded', {
  contactId: 'dora',
  addressKey: 'second-key-of-dora',
  email: 'dora@home.example',
});
export const contactEmailRemoved = example('ContactEmailRemoved', {
  contactId: 'dora',
  addressKey: 'key-of-dora',
  email: 'dora@customer.example',
});
export const contactNameCorrected = example('ContactNameCorrected', {
  contactId: 'dora',
  from: 'Dora',
  to: 'Dora Diaz',
  messageId: 'message-2',
});
export const contactMovedToCompany = example('ContactMovedToCompany', {
  contactId: 'dora',
  from: 'customer',
  to: 'zoo',
});
export const contactAbandoned = example('ContactAbandoned', { contactId: 'dora' });
export const contactClaimDropped = example('ContactClaimDropped', { contactId: 'dora', addressKey: 'key-of-emil' });
export const companyErased = example('CompanyErased', { companyId: 'customer', erasureId: 'erasure-1' });
export const contactErased = example('ContactErased', { contactId: 'dora', erasureId: 'erasure-1' });
export const addressReleased = example('AddressReleased', { addressKey: 'key-of-dora', contactId: 'dora' });
export const addressAssigned = example('AddressAssigned', { addressKey: 'key-of-dora', contactId: 'dora' });
export const taskCreated = example('TaskCreated', {
  taskId: 'task-1',
  messageId: 'message-1',
  accountId: 'info',
  contactId: 'dora',
  title: 'Order 7',
});
export const taskRetitled = example('TaskRetitled', {
  taskId: 'task-1',
  messageId: 'message-1',
  from: 'Order 7',
  to: 'Send order 7',
});
export const taskTitlesKept = example('TaskTitlesKept', {
  taskId: 'task-1',
  messageId: 'message-1',
  title: 'Send order 7',
  earlier: [
    { revision: 0, ...taskCreated() },
    { revision: 1, ...taskRetitled() },
  ],
});
export const taskAssigned = example('TaskAssigned', { taskId: 'task-1', from: null, to: 'ben' });
export const taskCompleted = example('TaskCompleted', { taskId: 'task-1' });
export const taskReopened = example('TaskReopened', { taskId: 'task-1' });
export const taskLinkedToContact = example('TaskLinkedToContact', { taskId: 'task-1', from: 'dora', to: 'emil' });
export const taskErased = example('TaskErased', { taskId: 'task-1', erasureId: 'erasure-1' });
export const erasureRequested = example('ErasureRequested', { erasureId: 'erasure-1', addressKey: 'key-of-dora' });
export const erasureStarted = example('ErasureStarted', {
  erasureId: 'erasure-1',
  addressKey: 'key-of-dora',
  contactId: 'dora',
  addressKeys: ['key-of-dora'],
  erased: { contacts: 1, messages: 2, tasks: 1, blobs: 2 },
});
export const personErased = example('PersonErased', {
  erasureId: 'erasure-1',
  addressKey: 'key-of-dora',
  erased: { contacts: 1, messages: 2, tasks: 1, blobs: 2 },
});
