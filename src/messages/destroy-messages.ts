import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import pLimit from 'p-limit';
import { Blobs } from '../platform/blobs/blobs.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { type Position, START } from '../platform/log/event-store.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { reached } from '../platform/steps.js';
import { destroyMessage } from './destroying.decider.js';
import { KeptRecords } from './kept-records.js';
import { messageKey, messageStream, type WhyDestroyed } from './message.events.js';
import { type Message, message } from './message.fold.js';

/** Ids of one command. */
export const MOST_DESTROYED = 500;
const SIDE_BY_SIDE = 16;

/** The handler refuses nothing: the caller has checked that the messages may be destroyed. */
export class DestroyMessages extends Command<{ destroyed: number; position: Position }> {
  /** @param messageIds at most `MOST_DESTROYED`; others than messages on record of the account are left out */
  constructor(
    readonly accountId: string,
    readonly messageIds: readonly string[],
    readonly why: WhyDestroyed,
    readonly origin: Origin,
  ) {
    super();
  }
}

/**
 * Destroys messages for good, in idempotent steps: records again the texts and keys that are needed without them;
 * destroys their data keys, so that no personal field can be read any more; removes the raw bytes; records it. After
 * a crash, a repeated command completes the steps: a message is on record until the last one.
 */
@CommandHandler(DestroyMessages)
export class DestroyMessagesHandler implements ICommandHandler<DestroyMessages> {
  constructor(
    private readonly decide: Decide,
    private readonly kept: KeptRecords,
    private readonly keys: DataKeys,
    private readonly blobs: Blobs,
  ) {}

  /** @returns number of messages that are destroyed now, and the position of the last fact about all of them */
  async execute({ accountId, messageIds, why, origin }: DestroyMessages): Promise<{
    destroyed: number;
    position: Position;
  }> {
    if (messageIds.length > MOST_DESTROYED) throw new Error(`more than ${MOST_DESTROYED} messages to destroy`);
    const limit = pLimit(SIDE_BY_SIDE);
    const each = <T>(ids: readonly string[], work: (id: string) => Promise<T>): Promise<T[]> =>
      Promise.all(ids.map((id) => limit(() => work(id))));

    const loaded = await each([...new Set(messageIds)], async (id) => ({
      id,
      ...(await this.decide.load(messageStream(id), message)),
    }));
    const ids = loaded.filter(({ state }) => isOf(state, accountId)).map(({ id }) => id);
    if (ids.length > 0) {
      await this.kept.keep(ids, origin);
      reached('destroying.kept');
      await this.keys.destroy(ids.map(messageKey));
      reached('destroying.keys-destroyed');
      await this.blobs.remove(ids);
      reached('destroying.blobs-removed');
    }
    const decided = await each(ids, (id) =>
      this.decide.on(messageStream(id), message, origin, (state) => destroyMessage(state, id, why)),
    );
    if (ids.length > 0) reached('destroying.recorded');
    // An intake may have kept the bytes again while the message was still on record.
    await this.blobs.remove(ids);
    return {
      destroyed: decided.filter(({ written }) => written > 0).length,
      position: [...loaded, ...decided].reduce((last, { position }) => (position > last ? position : last), START),
    };
  }
}

const isOf = (state: Message, accountId: string): boolean =>
  state.status === 'on-record' && state.accountId === accountId;
