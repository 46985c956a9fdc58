import { messageReceived } from '../../test/examples/message-facts.js';
import { reacting } from '../../test/reacting.js';
import { CreateContact } from './create-contact.js';
import { createContactWhenMessageReceived } from './create-contact-when-message-received.saga.js';

const source = { messageId: 'message-1', accountId: 'info' };
const dora = { address: 'dora@customer.example', name: 'Dora Diaz' };

describe('a received mail', () => {
  it('creates a contact of the sender, with the company', () =>
    reacting(createContactWhenMessageReceived, messageReceived()).then(
      (origin) => new CreateContact({ ...dora, domain: 'customer.example', source }, origin),
    ));
  it('from free mail creates a contact without a company', () =>
    reacting(
      createContactWhenMessageReceived,
      messageReceived({ from: { name: 'Dora', address: 'dora.diaz.invented@gmail.com' } }),
    ).then(
      (origin) =>
        new CreateContact({ address: 'dora.diaz.invented@gmail.com', name: 'Dora', domain: null, source }, origin),
    ));
  it('creates no contact when it is automatic', () =>
    reacting(createContactWhenMessageReceived, messageReceived({ automatic: 'mailing-list' })).then());
  it('creates no contact after its erasure', () =>
    reacting(createContactWhenMessageReceived, messageReceived({ from: null })).then());
});
