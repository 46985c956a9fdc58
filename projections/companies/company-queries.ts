import type { Slice } from '../../src/platform/slice.js';
import { ListCompaniesEndpoint, ListCompaniesHandler } from './list-companies.js';
import { ShowCompanyEndpoint, ShowCompanyHandler } from './show-company.js';

export const companyQueries: Slice = {
  endpoints: [ListCompaniesEndpoint, ShowCompanyEndpoint],
  handlers: [ListCompaniesHandler, ShowCompanyHandler],
};
