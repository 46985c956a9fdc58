import { everyFactHasACase } from '../../test/given-projection.js';
import {
  contactClaimDropped,
  contactCreated,
  contactEmailAdded,
  contactEmailRemoved,
  contactErased,
  contactMovedToCompany,
  contactNameCorrected,
  contactRenamed,
} from '../../test/examples/crm-facts.js';
import { accountRemoved } from '../../test/examples/account-facts.js';
import { messageDestroyed, messageErased } from '../../test/examples/message-facts.js';
import { atOf, positionOf } from '../../test/examples/recorded.js';
import { deliveryFailed } from '../../test/examples/sending-facts.js';
import { contacts } from './contacts.js';

const bounce = { addressKey: 'key-of-dora', accountId: 'info', messageId: 'message-9', code: '5.1.1' };

everyFactHasACase(contacts, {
  DeliveryFailed: {
    given: [deliveryFailed({ recipientKey: null }), deliveryFailed({ code: '4.2.2' }), deliveryFailed()],
    rows: { bounces: [{ ...bounce, at: new Date(atOf(2)) }] },
  },
  MessageErased: {
    given: [
      deliveryFailed(),
      deliveryFailed({ messageId: 'other', recipientKey: 'key-of-erik' }),
      messageErased({ messageId: 'message-9' }),
    ],
    rows: { bounces: [{ messageId: 'other' }] },
  },
  MessageDestroyed: {
    given: [deliveryFailed(), messageDestroyed({ messageId: 'message-9' })],
    rows: { bounces: [] },
  },
  AccountRemoved: { given: [deliveryFailed(), accountRemoved()], rows: { bounces: [] } },
  ContactCreated: {
    given: [
      contactCreated({ contactId: 'by-hand', addressKey: null, emails: [], source: null, companyId: null }),
      contactCreated({ contactId: 'forgotten', name: null, emails: null }),
      contactCreated(),
    ],
    rows: {
      contacts: [
        { id: 'by-hand', name: 'Dora Diaz', companyId: null, source: null },
        {
          id: 'dora',
          name: 'Dora Diaz',
          companyId: 'customer',
          source: { messageId: 'message-1', accountId: 'info' },
          revision: 0,
          position: positionOf(2),
        },
        { id: 'forgotten', name: null },
      ],
      emails: [
        { contactId: 'dora', addressKey: 'key-of-dora', email: 'dora@customer.example', position: positionOf(2) },
        { contactId: 'forgotten', addressKey: 'key-of-dora', email: null },
      ],
    },
  },
  ContactRenamed: {
    given: [contactCreated(), contactRenamed()],
    rows: { contacts: [{ id: 'dora', name: 'Dora Dee', revision: 1, position: positionOf(0) }] },
  },
  ContactNameCorrected: {
    given: [contactCreated({ name: 'Dora' }), contactNameCorrected()],
    rows: { contacts: [{ id: 'dora', name: 'Dora Diaz', revision: 1, position: positionOf(0) }] },
  },
  ContactMovedToCompany: {
    given: [contactCreated(), contactMovedToCompany()],
    rows: { contacts: [{ id: 'dora', companyId: 'zoo', revision: 1 }] },
  },
  ContactEmailAdded: {
    given: [contactCreated(), contactEmailAdded()],
    rows: {
      contacts: [{ id: 'dora', revision: 1 }],
      emails: [{ addressKey: 'key-of-dora' }, { addressKey: 'second-key-of-dora', email: 'dora@home.example' }],
    },
  },
  ContactEmailRemoved: {
    given: [contactCreated(), contactEmailRemoved()],
    rows: { contacts: [{ id: 'dora', revision: 1 }], emails: [] },
  },
  ContactClaimDropped: {
    given: [contactCreated(), contactClaimDropped()],
    rows: { contacts: [{ id: 'dora', revision: 1 }], emails: [{ addressKey: 'key-of-dora' }] },
  },
  ContactErased: {
    given: [contactCreated({ contactId: 'emil' }), contactCreated(), contactEmailAdded(), contactErased()],
    rows: { contacts: [{ id: 'emil' }], emails: [{ contactId: 'emil' }] },
  },
});
