import { accountRemoved } from '../../../test/examples/account-facts.js';
import { addressAssigned, companyCreated, companyErased, taskCreated } from '../../../test/examples/crm-facts.js';
import {
  messageAlsoReceived,
  messageDestroyed,
  messageErased,
  messageReceived,
} from '../../../test/examples/message-facts.js';
import { everyFactHasACase } from '../../../test/given-projection.js';
import { recentMail } from './recent-mail.js';

const from = (address: string): object => ({ name: 'Kim', address });

everyFactHasACase(recentMail, {
  MessageReceived: {
    given: [
      messageReceived({ messageId: 'bulk', automatic: 'bulk' }),
      messageReceived({ messageId: 'free', from: from('kim@gmail.com') as never }),
      messageReceived({ messageId: 'nobody', from: null }),
      messageReceived({ messageId: 'person' }),
    ],
    rows: {
      mails: [
        { message_id: 'bulk', account_id: 'info', by_person: false, has_task: false },
        { message_id: 'free', company_id: null, by_person: true },
        { message_id: 'nobody', sender_key: null, company_id: null, by_person: false },
        { message_id: 'person', by_person: true },
      ],
    },
  },
  MessageAlsoReceived: {
    given: [messageReceived({ author: 'own' }), messageAlsoReceived()],
    rows: {
      mails: [
        { message_id: 'message-1', own: true, sender_key: null, by_person: false },
        { message_id: 'message-2', own: false, sender_key: 'key-of-dora', by_person: true },
      ],
    },
  },
  TaskCreated: {
    given: [messageReceived(), taskCreated()],
    rows: { mails: [{ message_id: 'message-1', has_task: true }] },
  },
  AddressAssigned: { given: [addressAssigned()], rows: { addresses: [{ key: addressAssigned().data.addressKey }] } },
  CompanyErased: {
    given: [companyCreated({ companyId: 'zoo' }), companyCreated(), companyErased()],
    rows: { companies: [{ id: 'zoo' }] },
  },
  CompanyCreated: { given: [companyCreated()], rows: { companies: [{ id: companyCreated().data.companyId }] } },
  MessageErased: {
    given: [messageReceived({ messageId: 'other' }), messageReceived(), messageErased()],
    rows: { mails: [{ message_id: 'other' }] },
  },
  MessageDestroyed: {
    given: [messageReceived({ messageId: 'other' }), messageReceived(), messageDestroyed()],
    rows: { mails: [{ message_id: 'other' }] },
  },
  AccountRemoved: {
    given: [messageReceived(), messageReceived({ messageId: 'other', accountId: 'sales' }), accountRemoved()],
    rows: { mails: [{ message_id: 'other' }] },
  },
});
