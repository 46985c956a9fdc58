import type { CompanyEvent } from '../../src/companies/company.events.js';
import { defineProjection, table } from '../../src/platform/projection.js';
import { id, position, text } from '../columns.js';

export interface CompanyRow {
  id: string;
  name: string;
  domain: string;
  /** of the fact that made it */
  position: string;
}

const VERSION = 1;

export const companyTables = {
  companies: table<CompanyRow>('companies', VERSION, {
    columns: { id, name: text, domain: text, position },
    indices: [{ columns: ['position', 'id'] }],
  }),
};

export const companies = defineProjection<CompanyEvent, { companies: CompanyRow }>({
  name: 'companies',
  version: VERSION,
  tables: companyTables,
  on: {
    CompanyCreated: (rows, { data, position }) =>
      rows.companies.put({ id: data.companyId, name: data.name, domain: data.domain, position }),
  },
});
