import { createHash } from 'node:crypto';
import type { Fact, FactShapes } from '../platform/domain.js';

export const companyStream = (companyId: string): string => `company-${companyId}`;

/** One domain, one company. A domain is no secret, so its id may be computed from it. */
export const companyIdOf = (domain: string): string =>
  createHash('sha256').update(`company ${domain}`).digest('hex').slice(0, 32);

export type CompanyEvent = Fact<'CompanyCreated', { companyId: string; name: string; domain: string }>;

export const companyFacts: FactShapes<CompanyEvent> = { CompanyCreated: { v: 1 } };
