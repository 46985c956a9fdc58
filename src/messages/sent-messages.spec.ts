import { messageQueued, recipientsAccepted } from '../../test/examples/sending-facts.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { sentMessages } from './sent-messages.js';

everyFactHasACase(sentMessages, {
  MessageQueued: {
    given: [messageQueued()],
    rows: { keys: [{ key: 'key-of-reply-9', messageId: 'message-9' }], senders: [{ accountId: 'info' }] },
  },
  RecipientsAccepted: {
    given: [recipientsAccepted({ sentKey: null, givenId: null }), recipientsAccepted()],
    rows: { keys: [{ key: 'key-of-4ZQX1', messageId: 'message-9' }] },
  },
});
