import type { Slice } from '../platform/slice.js';
import { AddCompanyEndpoint, AddCompanyHandler } from './add-company.js';
import { ChangeCompanyEndpoint, ChangeCompanyHandler } from './change-company.js';
import { CompanyDomains } from './company-domain.js';
import { CreateCompanyHandler } from './create-company.js';
import { DomainClaims } from './domain-claims.js';

export const companyCommands: Slice = {
  endpoints: [AddCompanyEndpoint, ChangeCompanyEndpoint],
  handlers: [CreateCompanyHandler, AddCompanyHandler, ChangeCompanyHandler],
  services: [DomainClaims, CompanyDomains],
};
