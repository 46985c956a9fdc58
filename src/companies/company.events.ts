import { createHash } from 'node:crypto';
import type { Fact, FactShapes } from '../platform/domain.js';

export const companyStream = (companyId: string): string => `company-${companyId}`;

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/**
 * Id of the company that holds a domain without any fact in the stream of the domain. Computed from the domain, because
 * domains are no secret.
 */
export const companyIdOf = (domain: string): string => hashed(`company ${domain}`);
/** Exists only after a domain had another holder than the company of `companyIdOf`. */
export const domainStream = (domain: string): string => `domain-${hashed(`domain ${domain}`)}`;

export type CompanyEvent =
  | Fact<'CompanyCreated', { companyId: string; name: string; domain: string | null }>
  | Fact<'CompanyRenamed', { companyId: string; from: string; to: string }>
  | Fact<'CompanyDomainChanged', { companyId: string; from: string | null; to: string | null }>
  /** the company claimed a domain, and can never be created any more: another company takes the domain */
  | Fact<'CompanyAbandoned', { companyId: string }>
  /** voids earlier claims of the company on a domain that it does not have: another company takes the domain */
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
