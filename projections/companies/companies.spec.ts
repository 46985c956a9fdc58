import { everyFactHasACase } from '../../test/given-projection.js';
import { companyCreated } from '../../test/examples/crm-facts.js';
import { positionOf } from '../../test/examples/recorded.js';
import { companies } from './companies.js';

everyFactHasACase(companies, {
  CompanyCreated: {
    given: [companyCreated()],
    rows: { companies: [{ id: 'customer', name: 'Customer', domain: 'customer.example', position: positionOf(0) }] },
  },
});
