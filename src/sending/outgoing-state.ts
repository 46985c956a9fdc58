import type { MessageEvent } from '../messages/message.events.js';
import { messageStream } from '../messages/message.events.js';
import { type Message, message } from '../messages/message.fold.js';
import { bySystem, type Decide } from '../platform/commands/decide.js';
import type { Loaded } from '../platform/commands/state-cache.js';
import { type Sent, sentIn } from './sending.decider.js';

/**
 * The state of one message during an attempt. Each append expects the state that this process read or wrote last, so
 * the stream is read once; a fact of another writer makes it read again, and the rule decides anew.
 */
export class OutgoingState {
  readonly origin;

  constructor(
    private readonly decide: Decide,
    readonly messageId: string,
    private loaded: Loaded<Message>,
  ) {
    this.origin = bySystem('sending-worker', messageId);
  }

  /** Null: the message is not from here, or was destroyed. */
  get sent(): Sent | null {
    return sentIn(this.loaded.state, this.messageId);
  }

  /** Returns whether the rule gave facts. */
  async write(rule: (sent: Sent) => MessageEvent[]): Promise<boolean> {
    const { state, revision, position, written } = await this.decide.on<Message, MessageEvent>(
      messageStream(this.messageId),
      message,
      this.origin,
      (current) => {
        const sent = sentIn(current, this.messageId);
        return sent === null ? [] : rule(sent);
      },
      { assume: this.loaded },
    );
    this.loaded = { state, revision, position };
    return written > 0;
  }
}
