import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { reached } from '../platform/steps.js';
import { tidyAddress } from '../mail/reading/normal-address.js';
import { CompanyOfContact } from './company-of-contact.js';
import { ContactAddresses } from './contact-addresses.js';
import { contact, hasAddress } from './contact.fold.js';
import { addAddress, correctName, createContact, type Email } from './contact.decider.js';
import { contactStream } from './contact.events.js';

export class CreateContact extends Command<{ contactId: string }> {
  constructor(
    readonly person: {
      address: string;
      name: string;
      /** domain of the person's company; null: no company */
      domain: string | null;
      source: { messageId: string; accountId: string } | null;
    },
    readonly origin: Origin,
  ) {
    super();
  }
}

/** Creates at most one contact for each address: it claims the address first, then records the contact. */
@CommandHandler(CreateContact)
export class CreateContactHandler implements ICommandHandler<CreateContact> {
  constructor(
    private readonly decide: Decide,
    private readonly addresses: ContactAddresses,
    private readonly companies: CompanyOfContact,
  ) {}

  async execute({ person, origin }: CreateContact): Promise<{ contactId: string }> {
    const { address, name, domain, source } = person;
    const email = tidyAddress(address);
    await this.addresses.refuseOwn(email);
    const addressKey = this.addresses.keyOf(email);
    const earlier = await this.addresses.earlierHolder(email);
    if (earlier !== null) await this.addSpelling(earlier, { addressKey, email }, origin);
    const holder = earlier === null ? await this.holder(addressKey) : { contactId: earlier, has: true };
    if (holder?.has) {
      if (source !== null)
        await this.correctName(holder.contactId, { name, address, messageId: source.messageId }, origin);
      return holder;
    }
    const contactId = holder?.contactId ?? randomUUID().replaceAll('-', '');
    if (!holder) await this.addresses.claim([{ addressKey, email }], contactId, origin);
    reached('contact.address-assigned');
    const companyId = domain === null ? null : await this.companies.holding(domain);
    const made = { contactId, companyId, source, name, emails: [{ addressKey, email }] };
    await this.decide.on(contactStream(contactId), contact, origin, (state) => createContact(state, made), {
      assumeNew: holder === undefined,
    });
    reached('contact.created');
    return { contactId };
  }

  private async correctName(
    contactId: string,
    mail: { name: string; address: string; messageId: string },
    origin: Origin,
  ): Promise<void> {
    const { state } = await this.decide.load(contactStream(contactId), contact);
    if (correctName(state, contactId, mail).length === 0) return;
    await this.decide.on(contactStream(contactId), contact, origin, (now) => correctName(now, contactId, mail));
  }

  /** Adds the one spelling of an address to the contact that has it in another one, so that later mail finds it. */
  private async addSpelling(contactId: string, email: Email, origin: Origin): Promise<void> {
    const { state } = await this.decide.load(contactStream(contactId), contact);
    if (state.status !== 'known' || hasAddress(state, email.addressKey)) return;
    await this.addresses.claim([email], contactId, origin);
    await this.decide.on(contactStream(contactId), contact, origin, (before) =>
      addAddress(before, contactId, email, state.claimEpoch),
    );
  }

  /** The contact that has the address, or claimed it before a crash; the command then completes its creation. */
  private async holder(addressKey: string): Promise<{ contactId: string; has: boolean } | undefined> {
    const contactId = await this.addresses.holder(addressKey);
    if (contactId === null) return undefined;
    const { state } = await this.decide.load(contactStream(contactId), contact);
    const has = hasAddress(state, addressKey);
    return has || state.status === 'absent' ? { contactId, has } : undefined;
  }
}
