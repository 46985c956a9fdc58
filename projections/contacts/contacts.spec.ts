import { everyFactHasACase } from '../../test/given-projection.js';
import { contactCreated } from '../../test/examples/crm-facts.js';
import { positionOf } from '../../test/examples/recorded.js';
import { contacts } from './contacts.js';

everyFactHasACase(contacts, {
  ContactCreated: {
    given: [
      contactCreated({ contactId: 'forgotten', name: null, emails: null, source: null, companyId: null }),
      contactCreated(),
    ],
    rows: {
      contacts: [
        {
          id: 'dora',
          name: 'Dora Diaz',
          emails: ['dora@customer.example'],
          companyId: 'customer',
          source: { messageId: 'message-1', accountId: 'info' },
          position: positionOf(1),
        },
        { id: 'forgotten', name: null, emails: [], companyId: null, source: null, position: positionOf(0) },
      ],
    },
  },
});
