import { Injectable } from '@nestjs/common';
import { companyStream, domainStream } from '../companies/company.events.js';
import { company, hasDomain } from '../companies/company.fold.js';
import { domainHolder } from '../companies/domain.fold.js';
import { addressHolder } from '../contacts/address.fold.js';
import { addressStream, contactStream } from '../contacts/contact.events.js';
import { addressesOf, contact } from '../contacts/contact.fold.js';
import { addressKey, earlierKeys } from '../mail/reading/address-keys.js';
import { domainSpellings } from '../mail/reading/normal-address.js';
import { domainOf, isFreeMail } from '../mail/reading/sender.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { Decide } from '../platform/commands/decide.js';
import type { Position } from '../platform/log/event-store.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import type { Erased } from './erasure.events.js';
import { OwnPeople } from './own-people.js';
import { TracesOfPeople } from './traces.js';

/**
 * The contacts with an address, and all their addresses except addresses of users and accounts of this service. One
 * contact, unless earlier releases made one for each spelling of the address.
 */
interface Person {
  contactIds: string[];
  /** companies named after domains of these addresses, without other contacts */
  companyIds: string[];
  addressKeys: string[];
}

@Injectable()
export class People {
  constructor(
    private readonly decide: Decide,
    private readonly traces: TracesOfPeople,
    private readonly own: OwnPeople,
    private readonly blobs: Blobs,
    private readonly master: MasterKey,
  ) {}

  /** @param keys of all spellings of one address */
  async behind(keys: readonly string[]): Promise<Person> {
    const contactIds = new Set<string>();
    const all = new Set(keys);
    const companyIds = new Set<string>();
    for (const asked of keys) {
      const contactId = (await this.decide.load(addressStream(asked), addressHolder)).state.heldBy;
      if (contactId === null || contactIds.has(contactId)) continue;
      const addresses = addressesOf((await this.decide.load(contactStream(contactId), contact)).state);
      if (!addresses.has(asked)) continue;
      contactIds.add(contactId);
      // An address without text belongs to an erasure in progress, and might be an address of this service.
      for (const [key, email] of addresses) {
        if (email === null || (!keys.includes(key) && (await this.own.ownerOf(email)))) continue;
        for (const each of [key, addressKey(this.master, email), ...earlierKeys(this.master, email)]) all.add(each);
        const companyId = await this.companyNamedAfter(email);
        if (companyId !== null) companyIds.add(companyId);
      }
    }
    return {
      contactIds: [...contactIds],
      companyIds: await this.traces.withoutOthers([...companyIds], [...contactIds]),
      addressKeys: [...all].sort(),
    };
  }

  /** Counts the records of a person that are not erased yet. */
  async count(person: Person, before: Position): Promise<Erased> {
    const { messages, tasks } = await this.traces.of({ ...person, before });
    let blobs = 0;
    for (const id of messages) if (await this.blobs.has(id)) blobs++;
    return {
      contacts: person.contactIds.length,
      companies: person.companyIds.length,
      messages: messages.length,
      tasks: tasks.length,
      blobs,
    };
  }

  /** The company with the domain of an address; null: none, and for free mail. */
  private async companyNamedAfter(address: string): Promise<string | null> {
    if (isFreeMail(address)) return null;
    for (const domain of domainSpellings(domainOf(address))) {
      const companyId = (await this.decide.load(domainStream(domain), domainHolder(domain))).state.heldBy;
      if (companyId === null) continue;
      const { state } = await this.decide.load(companyStream(companyId), company);
      if (hasDomain(state, domain)) return companyId;
    }
    return null;
  }
}
