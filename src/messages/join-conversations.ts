import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { reached } from '../platform/steps.js';
import { joinConversation } from './conversation.decider.js';
import { conversationStream } from './conversation.events.js';
import { conversation } from './conversation.fold.js';
import { KnownMessages } from './known-messages.js';

export class JoinConversations extends Command<void> {
  constructor(
    readonly mail: { accountId: string; messageId: string; keys: readonly string[] },
    readonly origin: Origin,
  ) {
    super();
  }
}

/** Joins all conversations that a message belongs to into the oldest one. */
@CommandHandler(JoinConversations)
export class JoinConversationsHandler implements ICommandHandler<JoinConversations> {
  constructor(
    private readonly decide: Decide,
    private readonly known: KnownMessages,
  ) {}

  async execute({ mail: { accountId, messageId, keys }, origin }: JoinConversations): Promise<void> {
    const named = await this.known.conversationsNaming(keys);
    const roots = new Set(await Promise.all(named.map((id) => this.rootOf(id))));
    const [into, ...younger] = await this.known.byAge([...roots]);
    if (into === undefined) return;
    for (const conversationId of younger) {
      const joined = { accountId, conversationId, into, because: messageId };
      await this.decide.on(
        conversationStream(conversationId),
        conversation,
        origin,
        (state) => joinConversation(state, joined),
        { assumeNew: true },
      );
      reached('conversation.joined');
    }
  }

  /** Follows joins that the lookup has not read yet. */
  private async rootOf(conversationId: string): Promise<string> {
    const { state } = await this.decide.load(conversationStream(conversationId), conversation);
    return state.status === 'joined' ? this.rootOf(state.into) : conversationId;
  }
}
