import type { Decider } from '../platform/domain.js';
import type { ContactEvent } from './contact.events.js';

export type Contact =
  | { status: 'absent' }
  | { status: 'abandoned' }
  | { status: 'erased' }
  | {
      status: 'known';
      name: string | null;
      /** source of the name: mail may be corrected by later mail, a person is not */
      namedBy: 'mail' | 'person';
      companyId: string | null;
      /** addresses as written, by key */
      emails: ReadonlyMap<string, string | null>;
      /** grows with each claim that was voided: an earlier claim on an address may be void */
      claimEpoch: number;
    };

export type KnownContact = Extract<Contact, { status: 'known' }>;

export const contact: Decider<Contact, ContactEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    if (fact.type === 'ContactCreated') {
      const { name, companyId, addressKey, emails, source } = fact.data;
      const namedBy = source === null ? 'person' : 'mail';
      const first: [string, string | null][] = addressKey === null ? [] : [[addressKey, emails?.[0] ?? null]];
      return { status: 'known', name, namedBy, companyId, emails: new Map(first), claimEpoch: 0 };
    }
    if (fact.type === 'ContactAbandoned') return { status: 'abandoned' };
    if (fact.type === 'ContactErased') return { status: 'erased' };
    if (state.status !== 'known') return state;
    switch (fact.type) {
      case 'ContactRenamed':
        return { ...state, name: fact.data.to, namedBy: 'person' };
      case 'ContactNameCorrected':
        return { ...state, name: fact.data.to, namedBy: 'mail' };
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

/** Addresses of a contact as written, by key; empty unless the contact is known. */
export const addressesOf = (state: Contact): ReadonlyMap<string, string | null> =>
  state.status === 'known' ? state.emails : new Map();

export const hasAddress = (state: Contact, addressKey: string): boolean => addressesOf(state).has(addressKey);
