import type { DataOf, Decider } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import type { AddressEvent, ContactEvent } from './contact.events.js';

export type Contact =
  | { status: 'absent' }
  | { status: 'abandoned' }
  | { status: 'erased' }
  | {
      status: 'known';
      name: string | null;
      companyId: string | null;
      /** by key, as written */
      emails: ReadonlyMap<string, string | null>;
      /** moves when a claim was taken from it: a claim made before may be gone */
      claimEpoch: number;
    };

export type KnownContact = Extract<Contact, { status: 'known' }>;

export const contact: Decider<Contact, ContactEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    if (fact.type === 'ContactCreated') {
      const { name, companyId, addressKey, emails } = fact.data;
      const first: [string, string | null][] = addressKey === null ? [] : [[addressKey, emails?.[0] ?? null]];
      return { status: 'known', name, companyId, emails: new Map(first), claimEpoch: 0 };
    }
    if (fact.type === 'ContactAbandoned') return { status: 'abandoned' };
    if (fact.type === 'ContactErased') return { status: 'erased' };
    if (state.status !== 'known') return state;
    switch (fact.type) {
      case 'ContactRenamed':
        return { ...state, name: fact.data.to };
      case 'ContactEmailAdded':
        return { ...state, emails: new Map(state.emails).set(fact.data.addressKey, fact.data.email) };
      case 'ContactEmailRemoved':
        return { ...state, emails: new Map([...state.emails].filter(([key]) => key !== fact.data.addressKey)) };
      case 'ContactMovedToCompany':
        return { ...state, companyId: fact.data.to };
      case 'ContactClaimDropped':
        return { ...state, claimEpoch: state.claimEpoch + 1 };
      default:
        return fact satisfies never;
    }
  },
};

/** Whose an address is: one contact's. */
export interface AddressOwner {
  heldBy: string | null;
}

export const addressOwner: Decider<AddressOwner, AddressEvent> = {
  initial: { heldBy: null },
  evolve(_, fact) {
    switch (fact.type) {
      case 'AddressAssigned':
        return { heldBy: fact.data.contactId };
      case 'AddressReleased':
        return { heldBy: null };
      default:
        return fact satisfies never;
    }
  },
};

export const hasAddress = (state: Contact, addressKey: string): boolean =>
  state.status === 'known' && state.emails.has(addressKey);

/** Said in the stream of who holds an address. Nothing for a contact that has it, and for one that takes no steps any more. */
export function dropClaim(state: Contact, contactId: string, addressKey: string): ContactEvent[] {
  if (state.status === 'absent') return [{ type: 'ContactAbandoned', data: { contactId } }];
  if (state.status !== 'known' || state.emails.has(addressKey)) return [];
  return [{ type: 'ContactClaimDropped', data: { contactId, addressKey } }];
}

export interface Email {
  addressKey: string;
  email: string;
}

export interface NewContact extends Omit<DataOf<ContactEvent, 'ContactCreated'>, 'addressKey' | 'emails'> {
  /** all claimed by it */
  emails: readonly Email[];
}

const abandoned = (): Refused =>
  new Refused('changed-meanwhile', 'conflict', 'another contact took the same address meanwhile');

export function createContact(state: Contact, { contactId, emails, ...data }: NewContact): ContactEvent[] {
  if (state.status === 'known') return [];
  if (state.status !== 'absent') throw abandoned();
  const [first, ...others] = emails;
  return [
    {
      type: 'ContactCreated',
      data: { ...data, contactId, addressKey: first?.addressKey ?? null, emails: first ? [first.email] : [] },
    },
    ...others.map((each): ContactEvent => ({ type: 'ContactEmailAdded', data: { contactId, ...each } })),
  ];
}

export interface ContactChange {
  name?: string | undefined;
  companyId?: string | null | undefined;
  /** all that it is to have */
  emails?: readonly Email[] | undefined;
}

/** @throws Refused 404 */
export function known(state: Contact): KnownContact {
  if (state.status !== 'known') throw new Refused('contact-not-found', 'not-found');
  return state;
}

/** What a change adds to the addresses of a contact, and what it takes away. */
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

/** @param claimEpoch when it claimed the addresses that are new to it */
export function changeContact(
  state: Contact,
  contactId: string,
  { name, companyId, emails }: ContactChange,
  claimEpoch: number,
): ContactEvent[] {
  const before = known(state);
  const { added, removed } = emailChanges(before, emails);
  if (added.length > 0 && before.claimEpoch !== claimEpoch) throw abandoned();
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
