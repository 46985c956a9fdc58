import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import pLimit from 'p-limit';
import {
  type AddressEvent,
  addressStream,
  type ContactEvent,
  contactKey,
  contactStream,
} from '../contacts/contact.events.js';
import { type MessageEvent, messageKey, messageStream } from '../messages/message.events.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import type { Decider, Fact } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import { reached } from '../platform/steps.js';
import { type TaskEvent, taskKey, taskStream } from '../tasks/task.events.js';
import { erasures, finishErasure, startErasure } from './erasure.decider.js';
import { erasureStream } from './erasure.events.js';
import { People } from './person.js';
import { TracesOfPeople } from './traces.js';

/** The account of a message that was not erased. */
const mailOf: Decider<string | null, MessageEvent> = {
  initial: null,
  evolve: (_, { type, data }) => (type === 'MessageErased' ? null : data.accountId),
};
/** Whether there is something in a stream that was not erased. */
const unlessErased = <F extends Fact>(erased: F['type']): Decider<boolean, F> => ({
  initial: false,
  evolve: (_, { type }) => type !== erased,
});
const heldBy: Decider<string | null, AddressEvent> = {
  initial: null,
  evolve: (_, { type, data }) => (type === 'AddressAssigned' ? data.contactId : null),
};
const contactOf: Decider<string | null, TaskEvent> = {
  initial: null,
  evolve: (before, { type, data }) =>
    type === 'TaskCreated' ? data.contactId : type === 'TaskLinkedToContact' ? data.to : before,
};

const SIDE_BY_SIDE = 16;

export class ErasePerson extends Command<void> {
  constructor(
    readonly erasure: { erasureId: string; addressKey: string },
    /** what was on record before */
    readonly before: Position,
    readonly origin: Origin,
  ) {
    super();
  }
}

/**
 * Keys first: from then on nobody reads anything, however it goes on. Then the bytes, then it is said in each stream, so that every
 * read model lets go of it, then that it is done. Each step may be done twice, and what is to be erased is found again until the end.
 */
@CommandHandler(ErasePerson)
export class ErasePersonHandler implements ICommandHandler<ErasePerson> {
  constructor(
    private readonly decide: Decide,
    private readonly people: People,
    private readonly traces: TracesOfPeople,
    private readonly keys: DataKeys,
    private readonly blobs: Blobs,
  ) {}

  async execute({ erasure: { erasureId, addressKey }, before, origin }: ErasePerson): Promise<void> {
    const stream = erasureStream(addressKey);
    const { state } = await this.decide.load(stream, erasures);
    if (state.last?.erasureId !== erasureId || state.last.erased !== null) return;
    const started = state.last.started ?? (await this.start(erasureId, addressKey, before, origin));
    reached('erasure.started');
    const { contactId, addressKeys } = started;
    const { messages, tasks, linked } = await this.traces.of({ contactId, addressKeys, before, erasureId });
    const byHand = tasks.filter(({ messageId }) => messageId === null);
    await this.keys.destroy([
      ...messages.map(messageKey),
      ...byHand.map(({ id }) => taskKey(id)),
      ...(contactId === null ? [] : [contactKey(contactId)]),
    ]);
    reached('erasure.keys-destroyed');
    await this.blobs.remove(messages);
    reached('erasure.blobs-removed');
    const steps: (() => Promise<unknown>)[] = [
      ...messages.map((messageId) => () => this.sayMessage(messageId, erasureId, origin)),
      ...tasks.map(
        ({ id }) =>
          () =>
            this.sayTask(id, erasureId, origin),
      ),
      ...linked.map((id) => () => this.unlink(id, contactId, origin)),
    ];
    const limit = pLimit(SIDE_BY_SIDE);
    await Promise.all(steps.map((step) => limit(step)));
    if (contactId !== null) await this.sayContact(contactId, addressKeys, erasureId, origin);
    reached('erasure.said');
    await this.decide.on(stream, erasures, origin, (so) => finishErasure(so, started));
    reached('erasure.done');
  }

  private async start(erasureId: string, addressKey: string, before: Position, origin: Origin) {
    const person = await this.people.behind(addressKey);
    const { found: _, ...erased } = await this.people.count(person, before, erasureId);
    const started = { erasureId, addressKey, ...person, erased };
    await this.decide.on(erasureStream(addressKey), erasures, origin, (so) => startErasure(so, started));
    return started;
  }

  private sayMessage(messageId: string, erasureId: string, origin: Origin): Promise<unknown> {
    return this.decide.on(messageStream(messageId), mailOf, origin, (accountId): MessageEvent[] =>
      accountId === null ? [] : [{ type: 'MessageErased', data: { accountId, messageId, erasureId } }],
    );
  }

  private sayTask(taskId: string, erasureId: string, origin: Origin): Promise<unknown> {
    const there = unlessErased<TaskEvent>('TaskErased');
    return this.decide.on(taskStream(taskId), there, origin, (is): TaskEvent[] =>
      is ? [{ type: 'TaskErased', data: { taskId, erasureId } }] : [],
    );
  }

  /** The task of somebody else's mail stays, about nobody. */
  private unlink(taskId: string, contactId: string | null, origin: Origin): Promise<unknown> {
    return this.decide.on(taskStream(taskId), contactOf, origin, (about): TaskEvent[] =>
      about !== null && about === contactId
        ? [{ type: 'TaskLinkedToContact', data: { taskId, from: about, to: null } }]
        : [],
    );
  }

  private async sayContact(contactId: string, addressKeys: string[], erasureId: string, origin: Origin): Promise<void> {
    const there = unlessErased<ContactEvent>('ContactErased');
    await this.decide.on(contactStream(contactId), there, origin, (is): ContactEvent[] =>
      is ? [{ type: 'ContactErased', data: { contactId, erasureId } }] : [],
    );
    for (const addressKey of addressKeys)
      await this.decide.on(addressStream(addressKey), heldBy, origin, (holder): AddressEvent[] =>
        holder === contactId ? [{ type: 'AddressReleased', data: { addressKey, contactId } }] : [],
      );
  }
}
