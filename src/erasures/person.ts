import { Injectable } from '@nestjs/common';
import { addressHolder } from '../contacts/address.fold.js';
import { addressStream, contactStream } from '../contacts/contact.events.js';
import { addressesOf, contact } from '../contacts/contact.fold.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { Decide } from '../platform/commands/decide.js';
import type { Position } from '../platform/log/event-store.js';
import type { Erased } from './erasure.events.js';
import { OwnPeople } from './own-people.js';
import { TracesOfPeople } from './traces.js';

/** The contact with an address, and all its addresses except addresses of users and accounts of this service. */
interface Person {
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
    const contactId = (await this.decide.load(addressStream(addressKey), addressHolder)).state.heldBy;
    if (contactId === null) return { contactId: null, addressKeys: [addressKey] };
    const addresses = addressesOf((await this.decide.load(contactStream(contactId), contact)).state);
    if (!addresses.has(addressKey)) return { contactId: null, addressKeys: [addressKey] };
    const others: string[] = [];
    // An address without text belongs to an erasure in progress, and might be an address of this service.
    for (const [key, email] of addresses)
      if (key !== addressKey && email !== null && !(await this.own.ownerOf(email))) others.push(key);
    return { contactId, addressKeys: [addressKey, ...others].sort() };
  }

  /** Counts the records of a person that are not erased yet. */
  async count(person: Person, before: Position): Promise<Erased> {
    const { messages, tasks } = await this.traces.of({ ...person, before });
    let blobs = 0;
    for (const id of messages) if (await this.blobs.has(id)) blobs++;
    return { contacts: person.contactId === null ? 0 : 1, messages: messages.length, tasks: tasks.length, blobs };
  }
}
