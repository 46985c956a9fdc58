import { createHash } from 'node:crypto';
import type { Fact, FactShapes } from '../platform/domain.js';

export const companyStream = (companyId: string): string => `company-${companyId}`;

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/**
 * The company that a domain belongs to as long as nothing was said in the domain's own stream. A domain is no secret, so an id may be
 * computed from it.
 */
export const companyIdOf = (domain: string): string => hashed(`company ${domain}`);
/** Whose a domain is, once that is not the company of `companyIdOf`. */
export const domainStream = (domain: string): string => `domain-${hashed(`domain ${domain}`)}`;

export type CompanyEvent =
  | Fact<'CompanyCreated', { companyId: string; name: string; domain: string | null }>
  | Fact<'CompanyRenamed', { companyId: string; from: string; to: string }>
  | Fact<'CompanyDomainChanged', { companyId: string; from: string | null; to: string | null }>
  /** it never came to be, and another company has the domain that it was to have: it never comes to be */
  | Fact<'CompanyAbandoned', { companyId: string }>
  /** a claim on this domain that was not carried out counts no more */
  | Fact<'CompanyClaimDropped', { companyId: string; domain: string }>;

export type DomainEvent =
  | Fact<'DomainAssigned', { domain: string; companyId: string }>
  | Fact<'DomainReleased', { domain: string; companyId: string }>;

export const companyFacts: FactShapes<CompanyEvent | DomainEvent> = {
  CompanyCreated: { v: 1 },
  CompanyRenamed: { v: 1 },
  CompanyDomainChanged: { v: 1 },
  CompanyAbandoned: { v: 1 },
  CompanyClaimDropped: { v: 1 },
  DomainAssigned: { v: 1 },
  DomainReleased: { v: 1 },
};
