import { ownAddresses } from '../accounts/own-addresses.js';
import { becomesContact, senderOf } from '../mail/reading/sender.js';
import type { MessageEvent } from '../messages/message.events.js';
import type { Saga } from '../platform/followers/saga.js';
import { CreateCompany } from './create-company.js';

type Received = Extract<MessageEvent, { type: 'MessageReceived' | 'MessageAlsoReceived' }>;

export const createCompanyWhenMessageReceived: Saga<Received> = {
  name: 'create-company-when-message-received',
  types: ['MessageReceived', 'MessageAlsoReceived'],
  after: [ownAddresses.id],
  key: ({ data }) => senderOf(data)?.domain ?? data.messageId,
  concerns: ({ data }) => becomesContact(data),
  react({ data }, origin) {
    const sender = senderOf(data);
    return sender?.company ? [new CreateCompany(sender.company, sender.address, origin)] : [];
  },
};
