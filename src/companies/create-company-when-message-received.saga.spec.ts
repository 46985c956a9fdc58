import { messageReceived } from '../../test/examples/message-facts.js';
import { reacting } from '../../test/reacting.js';
import { CreateCompany } from './create-company.js';
import { createCompanyWhenMessageReceived } from './create-company-when-message-received.saga.js';

describe('a received mail', () => {
  it('creates the company of its sender’s domain', () =>
    reacting(createCompanyWhenMessageReceived, messageReceived()).then(
      (origin) => new CreateCompany({ domain: 'customer.example', name: 'Customer' }, 'dora@customer.example', origin),
    ));
  it('from free mail creates no company', () =>
    reacting(
      createCompanyWhenMessageReceived,
      messageReceived({ from: { name: '', address: 'dora@gmail.com' } }),
    ).then());
  it('creates no company when it is automatic', () =>
    reacting(createCompanyWhenMessageReceived, messageReceived({ automatic: 'bulk' })).then());
  it('of an account without new contacts creates no company', () =>
    reacting(
      createCompanyWhenMessageReceived,
      messageReceived({
        reactions: { createContacts: false, createContactsFrom: 'people', createTasks: true, notify: false },
      }),
    ).then());
});
