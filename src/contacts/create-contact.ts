import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { Decide, type Origin } from '../platform/decide.js';
import { Refused } from '../platform/domain.js';
import { reached } from '../platform/kill-points.js';
import { MasterKey } from '../platform/master-key.js';
import { addressOwner, assignAddress, contact, createContact } from './contact.decider.js';
import { addressStream, contactStream } from './contact.events.js';
import { OwnAddresses } from '../mail/own-addresses.js';

export class CreateContact extends Command<{ contactId: string }> {
  constructor(
    readonly person: {
      address: string;
      name: string;
      companyId: string | null;
      source: { messageId: string; accountId: string } | null;
    },
    readonly origin: Origin,
  ) {
    super();
  }
}

/** One address, one contact: the address is assigned first, and whoever comes next finds its contact there. */
@CommandHandler(CreateContact)
export class CreateContactHandler implements ICommandHandler<CreateContact> {
  constructor(
    private readonly decide: Decide,
    private readonly master: MasterKey,
    private readonly own: OwnAddresses,
  ) {}

  async execute({ person, origin }: CreateContact): Promise<{ contactId: string }> {
    const { address, name, companyId, source } = person;
    if (await this.own.has(address)) throw new Refused('own-address', 'conflict', 'the organisation itself is no contact');
    const addressKey = this.master.nameFor('address', address.toLowerCase());
    const fresh = randomUUID().replaceAll('-', '');
    const assigned = await this.decide.on(addressStream(addressKey), addressOwner, origin, (state) =>
      assignAddress(state, { addressKey, contactId: fresh }),
    );
    const contactId = assigned.state.contactId ?? fresh;
    reached('contact.address-assigned');
    await this.decide.on(
      contactStream(contactId),
      contact,
      origin,
      (state) => createContact(state, { contactId, addressKey, companyId, source, name, emails: [address] }),
      {
        assumeNew: assigned.written > 0,
      },
    );
    reached('contact.created');
    return { contactId };
  }
}
