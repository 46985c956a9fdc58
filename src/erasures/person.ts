import { Injectable } from '@nestjs/common';
import { type AddressEvent, addressStream, type ContactEvent, contactStream } from '../contacts/contact.events.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { Decide } from '../platform/commands/decide.js';
import type { Decider } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import type { Erased } from './erasure.events.js';
import { OwnPeople } from './own-people.js';
import { type Traces, TracesOfPeople } from './traces.js';

const holder: Decider<{ contactId: string | null }, AddressEvent> = {
  initial: { contactId: null },
  evolve: (_, { type, data }) => ({ contactId: type === 'AddressAssigned' ? data.contactId : null }),
};

type Addresses = ReadonlyMap<string, string | null>;

const addressesOf: Decider<Addresses, ContactEvent> = {
  initial: new Map(),
  evolve(state, { type, data }) {
    if (type === 'ContactCreated')
      return new Map(data.addressKey === null ? [] : [[data.addressKey, data.emails?.[0] ?? null]]);
    if (type === 'ContactErased') return new Map();
    if (type === 'ContactEmailAdded') return new Map(state).set(data.addressKey, data.email);
    if (type === 'ContactEmailRemoved') return new Map([...state].filter(([key]) => key !== data.addressKey));
    return state;
  },
};

/** One person, as far as an address tells: all addresses of the contact that has it, but those of people and accounts of our own. */
export interface Person {
  contactId: string | null;
  addressKeys: string[];
}

@Injectable()
export class People {
  constructor(
    private readonly decide: Decide,
    private readonly traces: TracesOfPeople,
    private readonly own: OwnPeople,
    private readonly blobs: Blobs,
  ) {}

  async behind(addressKey: string): Promise<Person> {
    const { contactId } = (await this.decide.load(addressStream(addressKey), holder)).state;
    if (contactId === null) return { contactId: null, addressKeys: [addressKey] };
    const { state } = await this.decide.load(contactStream(contactId), addressesOf);
    if (!state.has(addressKey)) return { contactId: null, addressKeys: [addressKey] };
    const others: string[] = [];
    for (const [key, email] of state)
      if (key !== addressKey && !(email !== null && (await this.own.whose(email)))) others.push(key);
    return { contactId, addressKeys: [addressKey, ...others].sort() };
  }

  /** What there is of him. */
  async count(person: Person, before: Position, erasureId: string): Promise<Erased & { found: Traces }> {
    const found = await this.traces.of({ ...person, before, erasureId });
    let blobs = 0;
    for (const id of found.messages) if (await this.blobs.has(id)) blobs++;
    const contacts = person.contactId === null ? 0 : 1;
    return { contacts, messages: found.messages.length, tasks: found.tasks.length, blobs, found };
  }
}
