import { ownAddresses } from '../accounts/own-addresses.js';
import { becomesContact, senderOf } from '../mail/reading/sender.js';
import type { MessageEvent } from '../messages/message.events.js';
import type { Saga } from '../platform/followers/saga.js';
import { CreateContact } from './create-contact.js';

type Received = Extract<MessageEvent, { type: 'MessageReceived' | 'MessageAlsoReceived' }>;

export const createContactWhenMessageReceived: Saga<Received> = {
  name: 'create-contact-when-message-received',
  types: ['MessageReceived', 'MessageAlsoReceived'],
  after: [ownAddresses.id, 'create-company-when-message-received'],
  key: ({ data }) => data.senderKey ?? data.messageId,
  concerns: ({ data }) => becomesContact(data),
  react({ data }, origin) {
    const sender = senderOf(data);
    if (!sender) return [];
    const { address, name, company } = sender;
    const source = { messageId: data.messageId, accountId: data.accountId };
    return [new CreateContact({ address, name, domain: company?.domain ?? null, source }, origin)];
  },
};
