import type { CompanyEvent } from '../../src/companies/company.events.js';
import { defineProjection, table } from '../../src/platform/read-models/projection.js';
import { id, orNull, position, revision, text } from '../../src/platform/read-models/columns.js';

export interface CompanyRow {
  id: string;
  /** null: the person that it was named after was forgotten */
  name: string | null;
  domain: string | null;
  revision: number;
  /** of the fact that created the company */
  position: string;
}

const VERSION = 3;

export const companyTables = {
  companies: table<CompanyRow>('companies', VERSION, {
    columns: { id, name: orNull(text), domain: orNull(text), revision, position },
    indices: [{ columns: ['position', 'id'] }],
    also: [`create index on % (left(lower(coalesce(name, '')), 50), id)`],
  }),
};

export const companies = defineProjection<CompanyEvent, { companies: CompanyRow }>({
  name: 'companies',
  version: VERSION,
  tables: companyTables,
  on: {
    CompanyCreated: (rows, { data, revision, position }) =>
      rows.companies.put({ id: data.companyId, name: data.name, domain: data.domain, revision, position }),
    CompanyRenamed: (rows, { data, revision }) =>
      rows.companies.update({ id: data.companyId }, { name: data.to, revision }),
    CompanyDomainChanged: (rows, { data, revision }) =>
      rows.companies.update({ id: data.companyId }, { domain: data.to, revision }),
    CompanyClaimDropped: (rows, { data, revision }) => rows.companies.update({ id: data.companyId }, { revision }),
    CompanyErased: (rows, { data }) => rows.companies.remove({ id: data.companyId }),
  },
});
