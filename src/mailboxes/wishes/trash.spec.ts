import { messageDestroyed, messageErased } from '../../../test/examples/message-facts.js';
import { messagesDeleted, messagesRestored } from '../../../test/examples/places-facts.js';
import { positionOf } from '../../../test/examples/recorded.js';
import { everyFactHasACase } from '../../../test/given-projection.js';
import { trash } from './trash.js';

const two = messagesDeleted({ messageIds: ['message-1', 'message-2'] });

everyFactHasACase(trash, {
  MessagesDeleted: {
    given: [messagesDeleted()],
    rows: { trash: [{ messageId: 'message-1', accountId: 'info', position: positionOf(0) }] },
  },
  MessagesRestored: { given: [two, messagesRestored()], rows: { trash: [{ messageId: 'message-2' }] } },
  MessageErased: { given: [two, messageErased()], rows: { trash: [{ messageId: 'message-2' }] } },
  MessageDestroyed: { given: [two, messageDestroyed()], rows: { trash: [{ messageId: 'message-2' }] } },
});
