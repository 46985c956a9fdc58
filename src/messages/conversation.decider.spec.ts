import { given } from '../../test/given.js';
import { conversationJoined } from '../../test/examples/message-facts.js';
import { joinConversation } from './conversation.decider.js';
import { conversation } from './conversation.fold.js';

const { data } = conversationJoined();

describe('a conversation', () => {
  it('joins an older one', () =>
    given(conversation)
      .when((state) => joinConversation(state, data))
      .then({ type: 'ConversationJoined', data }));
  it('joins once, and stays where it is', () =>
    given(conversation, conversationJoined())
      .when((state) => joinConversation(state, { ...data, into: 'another' }))
      .then());
  it('does not join itself', () =>
    given(conversation)
      .when((state) => joinConversation(state, { ...data, into: data.conversationId }))
      .then());
});
