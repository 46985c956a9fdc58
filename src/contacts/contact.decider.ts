import type { DataOf } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import type { ContactEvent } from './contact.events.js';
import { type Contact, hasAddress, type KnownContact } from './contact.fold.js';

/**
 * Voids earlier claims of a contact on an address that the contact does not have. Nothing for a contact that has the
 * address, or was erased or abandoned: those add no address any more.
 */
export function voidClaim(state: Contact, contactId: string, addressKey: string): ContactEvent[] {
  if (state.status === 'absent') return [{ type: 'ContactAbandoned', data: { contactId } }];
  if (state.status !== 'known' || hasAddress(state, addressKey)) return [];
  return [{ type: 'ContactClaimDropped', data: { contactId, addressKey } }];
}

export interface Email {
  addressKey: string;
  email: string;
}

interface NewContact extends Omit<DataOf<ContactEvent, 'ContactCreated'>, 'addressKey' | 'emails'> {
  /** all claimed by this contact */
  emails: readonly Email[];
}

const claimVoided = (): Refused =>
  new Refused('changed-meanwhile', 'conflict', 'Another contact took the same address at the same moment. Try again.');

/** @throws Refused 409 when the claim on an address was voided */
export function createContact(state: Contact, { contactId, emails, ...data }: NewContact): ContactEvent[] {
  if (state.status === 'known') return [];
  if (state.status !== 'absent') throw claimVoided();
  const [first, ...others] = emails;
  return [
    {
      type: 'ContactCreated',
      data: { ...data, contactId, addressKey: first?.addressKey ?? null, emails: first ? [first.email] : [] },
    },
    ...others.map((each): ContactEvent => ({ type: 'ContactEmailAdded', data: { contactId, ...each } })),
  ];
}

interface ContactChange {
  name?: string | undefined;
  companyId?: string | null | undefined;
  /** complete list: addresses that are missing here are removed */
  emails?: readonly Email[] | undefined;
}

/** @throws Refused 404 */
export function known(state: Contact): KnownContact {
  if (state.status !== 'known') throw new Refused('contact-not-found', 'not-found');
  return state;
}

/** Addresses that a change adds and removes. */
export function emailChanges(
  state: KnownContact,
  emails: readonly Email[] | undefined,
): { added: Email[]; removed: string[] } {
  if (emails === undefined) return { added: [], removed: [] };
  const kept = new Set(emails.map(({ addressKey }) => addressKey));
  return {
    added: emails.filter(({ addressKey }) => !state.emails.has(addressKey)),
    removed: [...state.emails.keys()].filter((key) => !kept.has(key)),
  };
}

/** 0: stands in for a name, such as the local part of an address · 1: one word · 2: first and last name. */
function completeness(name: string | null, addresses: readonly (string | null)[]): 0 | 1 | 2 {
  const text = name?.trim() ?? '';
  const isAddress = addresses.some((email) => email?.slice(0, email.lastIndexOf('@')) === text);
  if (text === '' || isAddress || /\S@\S|\s(?:via|przez)\s/i.test(text)) return 0;
  return /\S\s+\S/.test(text) ? 2 : 1;
}

const words = (name: string): string[] => name.trim().toLowerCase().split(/\s+/);

/** Takes the name of a later mail if it is better: a name at all, or the first name with a last name. */
export function correctName(
  state: Contact,
  contactId: string,
  { name, address, messageId }: { name: string; address: string; messageId: string },
): ContactEvent[] {
  if (state.status !== 'known' || state.namedBy === 'person') return [];
  const before = completeness(state.name, [...state.emails.values()]);
  const isBetter = completeness(name, [address]) > before;
  const isOther = before > 0 && !words(state.name!).every((word) => words(name).includes(word));
  if (!isBetter || isOther) return [];
  return [{ type: 'ContactNameCorrected', data: { contactId, from: state.name, to: name, messageId } }];
}

/**
 * Adds an address that the contact claimed.
 * @param claimEpoch of the contact when it claimed the address
 * @throws Refused 404; 409 when the claim was voided since
 */
export function addAddress(state: Contact, contactId: string, email: Email, claimEpoch: number): ContactEvent[] {
  const before = known(state);
  if (before.emails.has(email.addressKey)) return [];
  if (before.claimEpoch !== claimEpoch) throw claimVoided();
  return [{ type: 'ContactEmailAdded', data: { contactId, ...email } }];
}

/**
 * @param claimEpoch of the contact when it claimed the added addresses
 * @throws Refused 404; 409 when a claim was voided since
 */
export function changeContact(
  state: Contact,
  contactId: string,
  { name, companyId, emails }: ContactChange,
  claimEpoch: number,
): ContactEvent[] {
  const before = known(state);
  const { added, removed } = emailChanges(before, emails);
  if (added.length > 0 && before.claimEpoch !== claimEpoch) throw claimVoided();
  const facts: ContactEvent[] = [];
  if (name !== undefined && name !== before.name)
    facts.push({ type: 'ContactRenamed', data: { contactId, from: before.name, to: name } });
  if (companyId !== undefined && companyId !== before.companyId)
    facts.push({ type: 'ContactMovedToCompany', data: { contactId, from: before.companyId, to: companyId } });
  for (const each of added) facts.push({ type: 'ContactEmailAdded', data: { contactId, ...each } });
  for (const addressKey of removed)
    facts.push({
      type: 'ContactEmailRemoved',
      data: { contactId, addressKey, email: before.emails.get(addressKey) ?? null },
    });
  return facts;
}
