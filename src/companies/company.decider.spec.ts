import {
  companyAbandoned,
  companyClaimDropped,
  companyCreated,
  companyDomainChanged,
  companyRenamed,
  domainAssigned,
  domainReleased,
} from '../../test/examples/crm-facts.js';
import { given } from '../../test/given.js';
import { changeCompany, createCompany, voidClaim } from './company.decider.js';
import { domainHolder } from './domain.fold.js';
import { company } from './company.fold.js';
import { companyIdOf } from './company.events.js';

const { data } = companyCreated();

describe('a company', () => {
  it('is created once', () => {
    given(company)
      .when((s) => createCompany(s, data))
      .then(companyCreated());
    given(company, companyCreated())
      .when((s) => createCompany(s, data))
      .then();
  });
  it('is not created after another company took its domain', () =>
    given(company, companyAbandoned())
      .when((s) => createCompany(s, data))
      .refuses('changed-meanwhile'));
});

describe('changing a company', () => {
  it('records one fact for each changed field', () =>
    given(company, companyCreated())
      .when((s) => changeCompany(s, 'customer', { name: 'Customer Ltd', domain: 'customer.test' }, 0))
      .then(companyRenamed(), companyDomainChanged()));
  it('to the same values changes nothing', () =>
    given(company, companyCreated(), companyRenamed())
      .when((s) => changeCompany(s, 'customer', { name: 'Customer Ltd', domain: 'customer.example' }, 0))
      .then());
  it('can remove its domain', () =>
    given(company, companyCreated(), companyClaimDropped())
      .when((s) => changeCompany(s, 'customer', { domain: null }, 0))
      .then(companyDomainChanged({ to: null })));
  it('with a void claim on a new domain is refused', () =>
    given(company, companyCreated(), companyClaimDropped())
      .when((s) => changeCompany(s, 'customer', { domain: 'customer.test' }, 0))
      .refuses('changed-meanwhile', 'conflict'));
  it('is refused for an unknown company', () =>
    given(company)
      .when((s) => changeCompany(s, 'customer', { name: 'x' }, 0))
      .refuses('company-not-found', 'not-found'));
});

describe('a domain', () => {
  const held = (...facts: Parameters<ReturnType<typeof domainHolder>['evolve']>[1][]): string | null => {
    const fold = domainHolder('customer.example');
    return facts.reduce((state, fact) => fold.evolve(state, fact), fold.initial).heldBy;
  };
  it('belongs to the company of its own id, until a fact gives it to another company, or to none', () => {
    expect(held()).toBe(companyIdOf('customer.example'));
    expect(held(domainAssigned())).toBe('customer');
    expect(held(domainAssigned(), domainReleased())).toBeNull();
  });
  it('can be taken from a holder that does not have it', () => {
    given(company)
      .when((s) => voidClaim(s, 'customer', 'other.example'))
      .then(companyAbandoned());
    given(company, companyCreated())
      .when((s) => voidClaim(s, 'customer', 'other.example'))
      .then(companyClaimDropped());
    given(company, companyCreated())
      .when((s) => voidClaim(s, 'customer', 'customer.example'))
      .then();
  });
});
