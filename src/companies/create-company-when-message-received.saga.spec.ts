import { messageReceived } from '../../test/examples/message-facts.js';
import { reacting } from '../../test/reacting.js';
import { CreateCompany } from './create-company.js';
import { createCompanyWhenMessageReceived } from './create-company-when-message-received.saga.js';

describe('a received mail', () => {
  it('creates the company of its sender’s domain', () =>
    reacting(createCompanyWhenMessageReceived, messageReceived()).then(
      (origin) => new CreateCompany({ domain: 'customer.example', name: 'Customer' }, 'dora@customer.example', origin),
    ));
  it('from free mail creates none', () =>
    reacting(
      createCompanyWhenMessageReceived,
      messageReceived({ from: { name: '', address: 'dora@gmail.com' } }),
    ).then());
  it('that is automatic creates none', () =>
    reacting(createCompanyWhenMessageReceived, messageReceived({ automatic: 'bulk' })).then());
  it('of an account that wants no contacts creates none', () =>
    reacting(
      createCompanyWhenMessageReceived,
      messageReceived({ reactions: { createContacts: false, createContactsFrom: 'people', createTasks: true } }),
    ).then());
});
