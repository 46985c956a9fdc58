import { messageReceived } from '../../test/examples/message-facts.js';
import { reacting } from '../../test/reacting.js';
import { CreateContact } from './create-contact.js';
import { createContactWhenMessageReceived } from './create-contact-when-message-received.saga.js';

const source = { messageId: 'message-1', accountId: 'info' };
const dora = { address: 'dora@customer.example', name: 'Dora Diaz' };

describe('a received mail', () => {
  it('creates its sender as a contact of his company', () =>
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
  it('that is automatic creates nobody', () =>
    reacting(createContactWhenMessageReceived, messageReceived({ automatic: 'mailing-list' })).then());
  it('whose people were erased creates nobody', () =>
    reacting(createContactWhenMessageReceived, messageReceived({ from: null })).then());
});
