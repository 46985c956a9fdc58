import { example } from './example.js';

export const companyCreated = example('CompanyCreated', { companyId: 'customer', name: 'Customer', domain: 'customer.example' });
export const contactCreated = example('ContactCreated', {
  contactId: 'dora',
  addressKey: 'key-of-dora',
  companyId: 'customer',
  source: { messageId: 'message-1', accountId: 'info' },
  name: 'Dora Diaz',
  emails: ['dora@customer.example'],
});
export const addressAssigned = example('AddressAssigned', { addressKey: 'key-of-dora', contactId: 'dora' });
export const taskCreated = example('TaskCreated', {
  taskId: 'task-1',
  messageId: 'message-1',
  accountId: 'info',
  contactId: 'dora',
  title: 'Order 7',
});
