import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import pLimit from 'p-limit';
import { companyKey, companyStream } from '../companies/company.events.js';
import { company } from '../companies/company.fold.js';
import { addressHolder } from '../contacts/address.fold.js';
import { addressStream, contactKey, contactStream } from '../contacts/contact.events.js';
import { contact } from '../contacts/contact.fold.js';
import { messageKey, messageStream } from '../messages/message.events.js';
import { message } from '../messages/message.fold.js';
import { DraftEnds } from '../drafts/draft-ends.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { type Position, START } from '../platform/log/event-store.js';
import { reached } from '../platform/steps.js';
import { taskIdFor, taskKey, taskStream } from '../tasks/task.events.js';
import { task } from '../tasks/task.fold.js';
import {
  eraseCompany,
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
import { PassedFollowers } from './passed-followers.js';
import { People } from './person.js';
import { type Traces, TracesOfPeople } from './traces.js';

const SIDE_BY_SIDE = 16;

export class ErasePerson extends Command<void> {
  constructor(
    readonly erasure: { erasureId: string; addressKey: string; otherKeys?: string[] },
    /** messages at this position and later are kept */
    readonly before: Position,
    readonly origin: Origin,
  ) {
    super();
  }
}

/**
 * Erases a person in idempotent steps: destroys the data keys, so that no personal field can be read any more; removes
 * the raw bytes; writes a fact into each stream, so that read models delete their rows; waits until all followers have
 * passed these facts. The steps repeat until no record is left, because commands in flight may add some. Then the end
 * is recorded. A repeated command continues with the records that are left.
 */
@CommandHandler(ErasePerson)
export class ErasePersonHandler implements ICommandHandler<ErasePerson> {
  constructor(
    private readonly decide: Decide,
    private readonly people: People,
    private readonly traces: TracesOfPeople,
    private readonly followers: PassedFollowers,
    private readonly keys: DataKeys,
    private readonly blobs: Blobs,
    private readonly drafts: DraftEnds,
  ) {}

  async execute({ erasure: { erasureId, addressKey, otherKeys = [] }, before, origin }: ErasePerson): Promise<void> {
    const { state } = await this.decide.load(erasureStream(addressKey), erasures);
    const erasure = state.get(erasureId);
    if (erasure?.erased !== null) return;
    await this.followers.tracesAtHead();
    const started = erasure.started ?? (await this.start(erasureId, [addressKey, ...otherKeys], before, origin));
    reached('erasure.started');
    const contactIds = contactsOf(started);
    const person = { addressKeys: started.addressKeys, contactIds, before };
    let left = await this.traces.of(person);
    do {
      const companyIds = await this.traces.withoutOthers(started.companyIds ?? [], contactIds);
      await this.erase(left, started, companyIds, origin);
      const lastErased = laterOf(
        laterOf(await this.eraseCompanies(companyIds, erasureId, origin), await this.eraseContacts(started, origin)),
        await this.eraseDrafts(started, origin),
      );
      reached('erasure.said');
      await this.followers.tracesAtHead();
      const { last } = await this.traces.erasedBy(erasureId);
      await this.followers.allAt(last === null ? lastErased : laterOf(last, lastErased), origin.via);
      reached('erasure.passed');
      await this.followers.tracesAtHead();
      left = await this.traces.of(person);
    } while (!isNothing(left));
    const { messages, tasks } = await this.traces.erasedBy(erasureId);
    const erased = { ...started.erased, messages, tasks };
    await this.decide.on(erasureStream(addressKey), erasures, origin, (now) =>
      finishErasure(now, { erasureId, addressKey, erased }),
    );
    reached('erasure.done');
  }

  private async start(
    erasureId: string,
    keys: readonly [string, ...string[]],
    before: Position,
    origin: Origin,
  ): Promise<StartedErasure> {
    const [addressKey] = keys;
    const person = await this.people.behind(keys);
    const [contactId = null, ...otherContactIds] = person.contactIds;
    const { companyIds, addressKeys } = person;
    const erased = await this.people.count(person, before);
    const started = { erasureId, addressKey, contactId, otherContactIds, companyIds, addressKeys, erased };
    await this.decide.on(erasureStream(addressKey), erasures, origin, (state) => startErasure(state, started));
    return started;
  }

  private async erase(
    { messages, tasks, linked }: Traces,
    started: StartedErasure,
    companyIds: readonly string[],
    origin: Origin,
  ): Promise<void> {
    const { erasureId } = started;
    const contactIds = contactsOf(started);
    // Also of tasks that do not exist: one that is being made for an erased message stays unreadable.
    const taskIds = new Set([...messages.map(taskIdFor), ...tasks.map(({ id }) => id)]);
    await this.keys.destroy([
      ...messages.map(messageKey),
      ...[...taskIds].map(taskKey),
      ...contactIds.map(contactKey),
      ...companyIds.map(companyKey),
    ]);
    reached('erasure.keys-destroyed');
    await this.blobs.remove(messages);
    reached('erasure.blobs-removed');
    const limit = pLimit(SIDE_BY_SIDE);
    await Promise.all([
      ...messages.map((id) => limit(() => this.eraseMessage(id, erasureId, origin))),
      ...tasks.map(({ id }) => limit(() => this.eraseTask(id, erasureId, origin))),
      ...linked.flatMap((id) => contactIds.map((contactId) => limit(() => this.unlinkTask(id, contactId, origin)))),
    ]);
  }

  private async eraseMessage(id: string, erasureId: string, origin: Origin): Promise<void> {
    await this.decide.on(messageStream(id), message, origin, (state) => eraseMessage(state, id, erasureId));
  }

  /** All drafts that name the person now: their content has no place in the log. */
  private async eraseDrafts({ addressKeys, erasureId }: StartedErasure, origin: Origin): Promise<Position> {
    return this.drafts.loseAll(await this.drafts.naming(addressKeys), 'erased', origin, erasureId);
  }

  private async eraseTask(id: string, erasureId: string, origin: Origin): Promise<void> {
    await this.decide.on(taskStream(id), task, origin, (state) => eraseTask(state, id, erasureId));
  }

  private async unlinkTask(id: string, contactId: string, origin: Origin): Promise<void> {
    await this.decide.on(taskStream(id), task, origin, (state) => unlinkTask(state, id, contactId));
  }

  /** Returns the position of the last fact about the companies. */
  private async eraseCompanies(ids: readonly string[], erasureId: string, origin: Origin): Promise<Position> {
    let last = START;
    for (const id of ids) {
      const erased = await this.decide.on(companyStream(id), company, origin, (state) =>
        eraseCompany(state, id, erasureId),
      );
      last = laterOf(last, erased.position);
    }
    return last;
  }

  /** Returns the position of the last fact about the contacts. */
  private async eraseContacts(started: StartedErasure, origin: Origin): Promise<Position> {
    let last = START;
    for (const contactId of contactsOf(started)) {
      const erased = await this.decide.on(contactStream(contactId), contact, origin, (state) =>
        eraseContact(state, contactId, started.erasureId),
      );
      last = laterOf(last, erased.position);
      for (const key of started.addressKeys) {
        const released = await this.decide.on(addressStream(key), addressHolder, origin, (state) =>
          releaseAddress(state, key, contactId),
        );
        if (released.written > 0) last = laterOf(last, released.position);
      }
    }
    return last;
  }
}

const contactsOf = ({ contactId, otherContactIds = [] }: StartedErasure): string[] =>
  contactId === null ? [] : [contactId, ...otherContactIds];

const laterOf = (one: Position, other: Position): Position => (one > other ? one : other);

const isNothing = ({ messages, tasks, linked }: Traces): boolean =>
  messages.length + tasks.length + linked.length === 0;
