import type { Slice } from '../platform/slice.js';
import { AddContactEndpoint, AddContactHandler } from './add-contact.js';
import { ChangeContactEndpoint, ChangeContactHandler } from './change-contact.js';
import { CompanyOfContact } from './company-of-contact.js';
import { ContactAddresses } from './contact-addresses.js';
import { CreateContactHandler } from './create-contact.js';

export const contactCommands: Slice = {
  endpoints: [AddContactEndpoint, ChangeContactEndpoint],
  handlers: [CreateContactHandler, AddContactHandler, ChangeContactHandler],
  services: [ContactAddresses, CompanyOfContact],
};
