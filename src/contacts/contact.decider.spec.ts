import {
  contactAbandoned,
  contactClaimDropped,
  contactCreated,
  contactEmailAdded,
  contactEmailRemoved,
  contactErased,
  contactMovedToCompany,
  contactNameCorrected,
  contactRenamed,
} from '../../test/examples/crm-facts.js';
import { given } from '../../test/given.js';
import { changeContact, correctName, createContact, voidClaim } from './contact.decider.js';
import { contact, hasAddress } from './contact.fold.js';

const first = { addressKey: 'key-of-dora', email: 'dora@customer.example' };
const second = { addressKey: 'second-key-of-dora', email: 'dora@home.example' };
const { contactId, companyId, source, name } = contactCreated().data;
const dora = { contactId, companyId, source, name, emails: [first] };

describe('a contact', () => {
  it('is created once', () => {
    given(contact)
      .when((s) => createContact(s, dora))
      .then(contactCreated());
    given(contact, contactCreated())
      .when((s) => createContact(s, dora))
      .then();
  });
  it('is created with all its addresses, or none', () => {
    given(contact)
      .when((s) => createContact(s, { ...dora, emails: [first, second] }))
      .then(contactCreated(), contactEmailAdded());
    given(contact)
      .when((s) => createContact(s, { ...dora, emails: [] }))
      .then(contactCreated({ addressKey: null, emails: [] }));
  });
  it('is not created after another contact took its address', () =>
    given(contact, contactAbandoned())
      .when((s) => createContact(s, dora))
      .refuses('changed-meanwhile'));
  it('is not created again after its erasure', () =>
    given(contact, contactCreated(), contactErased())
      .when((s) => createContact(s, dora))
      .refuses('changed-meanwhile'));
});

describe('changing a contact', () => {
  it('records one fact for each changed field', () =>
    given(contact, contactCreated())
      .when((s) => changeContact(s, 'dora', { name: 'Dora Dee', companyId: 'zoo', emails: [second] }, 0))
      .then(contactRenamed(), contactMovedToCompany(), contactEmailAdded(), contactEmailRemoved()));
  it('to the same values changes nothing', () =>
    given(contact, contactCreated(), contactEmailAdded())
      .when((s) => changeContact(s, 'dora', { name: 'Dora Diaz', companyId: 'customer', emails: [second, first] }, 0))
      .then());
  it('can remove its company', () =>
    given(contact, contactCreated())
      .when((s) => changeContact(s, 'dora', { companyId: null }, 0))
      .then(contactMovedToCompany({ to: null })));
  it('with a void claim on a new address is refused', () =>
    given(contact, contactCreated(), contactClaimDropped())
      .when((s) => changeContact(s, 'dora', { emails: [first, second] }, 0))
      .refuses('changed-meanwhile', 'conflict'));
  it('is refused for an unknown contact and for an erased one', () => {
    given(contact)
      .when((s) => changeContact(s, 'dora', { name: 'x' }, 0))
      .refuses('contact-not-found', 'not-found');
    given(contact, contactCreated(), contactErased())
      .when((s) => changeContact(s, 'dora', { name: 'x' }, 0))
      .refuses('contact-not-found', 'not-found');
  });
});

describe('an earlier claim on an address', () => {
  it('of a contact that has the address stays valid', () => {
    given(contact, contactCreated())
      .when((s) => voidClaim(s, 'dora', 'key-of-dora'))
      .then();
    expect(hasAddress(contact.evolve(contact.initial, contactCreated()), 'key-of-dora')).toBe(true);
  });
  it('of a contact without the address becomes void', () => {
    given(contact, contactCreated())
      .when((s) => voidClaim(s, 'dora', 'key-of-emil'))
      .then(contactClaimDropped());
    given(contact)
      .when((s) => voidClaim(s, 'dora', 'key-of-dora'))
      .then(contactAbandoned());
    given(contact, contactCreated(), contactErased())
      .when((s) => voidClaim(s, 'dora', 'key-of-dora'))
      .then();
  });
});

describe('the name of a contact', () => {
  const later = (to: string) => (s: typeof contact.initial) =>
    correctName(s, contactId, {
      name: to,
      address: to === 'DORA' ? 'DORA@customer.example' : first.email,
      messageId: 'message-2',
    });
  it.each<[string, string]>([
    ['dora', 'Dora Diaz'],
    ['dora', 'Dee'],
    ['dora', 'Dora'],
    ['dora@customer.example', 'Dora'],
    ['Dora via Sales List', 'Dora'],
    ['', 'Dora'],
    ['Dora', 'Dora Diaz'],
    ['Diaz', 'Dora DIAZ'],
  ])('from mail, %j, is corrected by a better one, %j', (from, to) =>
    given(contact, contactCreated({ name: from }))
      .when(later(to))
      .then(contactNameCorrected({ from, to })),
  );
  it.each<[string, string]>([
    ['Dora Diaz', 'Dora'],
    ['Dora Diaz', 'Theodora Diaz'],
    ['Dora', 'DORA'],
    ['Dora', 'Emil Emu'],
    ['Dora', 'dora'],
    ['dora', 'dora'],
    ['dora', 'DORA'],
  ])('from mail, %j, stays for one that is no better, %j', (from, to) =>
    given(contact, contactCreated({ name: from }))
      .when(later(to))
      .then(),
  );
  it('given by a person stays, also after a correction', () => {
    given(contact, contactCreated({ name: 'dora', source: null }))
      .when(later('Dora Diaz'))
      .then();
    given(
      contact,
      contactCreated({ name: 'dora' }),
      contactNameCorrected({ from: 'dora', to: 'Dee' }),
      contactRenamed({ to: 'dd' }),
    )
      .when(later('dd Diaz'))
      .then();
  });
  it('is corrected once, and not of a contact that is gone', () => {
    given(contact, contactCreated({ name: 'Dora' }), contactNameCorrected())
      .when(later('Dora Diaz'))
      .then();
    given(contact, contactCreated({ name: 'Dora' }), contactErased())
      .when(later('Dora Diaz'))
      .then();
  });
});
