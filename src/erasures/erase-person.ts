import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import pLimit from 'p-limit';
import { addressHolder } from '../contacts/address.fold.js';
import { addressStream, contactKey, contactStream } from '../contacts/contact.events.js';
import { contact } from '../contacts/contact.fold.js';
import { messageKey, messageStream } from '../messages/message.events.js';
import { message } from '../messages/message.fold.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import type { Position } from '../platform/log/event-store.js';
import { reached } from '../platform/steps.js';
import { taskKey, taskStream } from '../tasks/task.events.js';
import { task } from '../tasks/task.fold.js';
import {
  eraseContact,
  eraseMessage,
  eraseTask,
  finishErasure,
  releaseAddress,
  startErasure,
  unlinkTask,
} from './erasure.decider.js';
import { erasureStream } from './erasure.events.js';
import { erasures, type StartedErasure } from './erasure.fold.js';
import { People } from './person.js';
import { TracesOfPeople } from './traces.js';

const SIDE_BY_SIDE = 16;

export class ErasePerson extends Command<void> {
  constructor(
    readonly erasure: { erasureId: string; addressKey: string },
    /** facts at this position and later are kept */
    readonly before: Position,
    readonly origin: Origin,
  ) {
    super();
  }
}

/**
 * Erases a person in four idempotent steps: destroys the data keys, so that no personal field can be read any more;
 * removes the raw bytes; writes a fact into each stream, so that read models delete their rows; records the end. A
 * repeated command finds all messages and tasks again: `TracesOfPeople` keeps them until the end is on record.
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
    const withoutMessage = tasks.filter(({ messageId }) => messageId === null);
    await this.keys.destroy([
      ...messages.map(messageKey),
      ...withoutMessage.map(({ id }) => taskKey(id)),
      ...(contactId === null ? [] : [contactKey(contactId)]),
    ]);
    reached('erasure.keys-destroyed');
    await this.blobs.remove(messages);
    reached('erasure.blobs-removed');
    const limit = pLimit(SIDE_BY_SIDE);
    await Promise.all([
      ...messages.map((id) => limit(() => this.eraseMessage(id, erasureId, origin))),
      ...tasks.map(({ id }) => limit(() => this.eraseTask(id, erasureId, origin))),
      ...(contactId === null ? [] : linked.map((id) => limit(() => this.unlinkTask(id, contactId, origin)))),
    ]);
    if (contactId !== null) await this.eraseContact(contactId, addressKeys, erasureId, origin);
    reached('erasure.said');
    await this.decide.on(stream, erasures, origin, (before) => finishErasure(before, started));
    reached('erasure.done');
  }

  private async start(
    erasureId: string,
    addressKey: string,
    before: Position,
    origin: Origin,
  ): Promise<StartedErasure> {
    const person = await this.people.behind(addressKey);
    const { found: _, ...erased } = await this.people.count(person, before, erasureId);
    const started = { erasureId, addressKey, ...person, erased };
    await this.decide.on(erasureStream(addressKey), erasures, origin, (state) => startErasure(state, started));
    return started;
  }

  private async eraseMessage(id: string, erasureId: string, origin: Origin): Promise<void> {
    await this.decide.on(messageStream(id), message, origin, (state) => eraseMessage(state, id, erasureId));
  }

  private async eraseTask(id: string, erasureId: string, origin: Origin): Promise<void> {
    await this.decide.on(taskStream(id), task, origin, (state) => eraseTask(state, id, erasureId));
  }

  private async unlinkTask(id: string, contactId: string, origin: Origin): Promise<void> {
    await this.decide.on(taskStream(id), task, origin, (state) => unlinkTask(state, id, contactId));
  }

  private async eraseContact(
    contactId: string,
    addressKeys: readonly string[],
    erasureId: string,
    origin: Origin,
  ): Promise<void> {
    await this.decide.on(contactStream(contactId), contact, origin, (state) =>
      eraseContact(state, contactId, erasureId),
    );
    for (const key of addressKeys)
      await this.decide.on(addressStream(key), addressHolder, origin, (state) => releaseAddress(state, key, contactId));
  }
}
