import type { Fact, FactShapes } from '../platform/domain.js';

export const companyStream = (companyId: string): string => `company-${companyId}`;

export type CompanyEvent = Fact<'CompanyCreated', { companyId: string; name: string; domain: string }>;

export const companyFacts: FactShapes<CompanyEvent> = { CompanyCreated: { v: 1 } };
