import { everyFactHasACase } from '../../test/given-projection.js';
import {
  companyClaimDropped,
  companyCreated,
  companyDomainChanged,
  companyErased,
  companyRenamed,
} from '../../test/examples/crm-facts.js';
import { positionOf } from '../../test/examples/recorded.js';
import { companies } from './companies.js';

everyFactHasACase(companies, {
  CompanyCreated: {
    given: [companyCreated({ companyId: 'by-hand', domain: null }), companyCreated()],
    rows: {
      companies: [
        { id: 'by-hand', domain: null },
        { id: 'customer', name: 'Customer', domain: 'customer.example', revision: 0, position: positionOf(1) },
      ],
    },
  },
  CompanyRenamed: {
    given: [companyCreated(), companyRenamed()],
    rows: { companies: [{ id: 'customer', name: 'Customer Ltd', revision: 1, position: positionOf(0) }] },
  },
  CompanyDomainChanged: {
    given: [companyCreated(), companyDomainChanged()],
    rows: { companies: [{ id: 'customer', domain: 'customer.test', revision: 1 }] },
  },
  CompanyClaimDropped: {
    given: [companyCreated(), companyClaimDropped()],
    rows: { companies: [{ id: 'customer', domain: 'customer.example', revision: 1 }] },
  },
  CompanyErased: {
    given: [companyCreated({ companyId: 'zoo' }), companyCreated(), companyErased()],
    rows: { companies: [{ id: 'zoo' }] },
  },
});
