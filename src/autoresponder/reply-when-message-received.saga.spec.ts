import { messageReceived } from '../../test/examples/message-facts.js';
import { positionOf } from '../../test/examples/recorded.js';
import { reacting } from '../../test/reacting.js';
import { ReplyToMessage } from './reply-to-message.js';
import { replyWhenMessageReceived } from './reply-when-message-received.saga.js';

it('a received message is answered, or the reason not to is recorded', () => {
  const fact = messageReceived({ arrival: 'new' });
  const { accountId, messageId, senderKey, receivedAt, arrival } = fact.data;
  const mail = { accountId, messageId, senderKey, receivedAt, arrival };
  reacting(replyWhenMessageReceived, fact).then((origin) => new ReplyToMessage(mail, positionOf(0), origin));
});
