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

export const companyKey = (companyId: string): string => `company/${companyId}`;

/** Names and domains are null after the erasure of the person that the company was named after. */
export type CompanyEvent =
  | Fact<'CompanyCreated', { companyId: string; name: string | null; domain: string | null }>
  | Fact<'CompanyRenamed', { companyId: string; from: string | null; to: string | null }>
  | Fact<'CompanyDomainChanged', { companyId: string; from: string | null; to: string | null }>
  /** the company claimed a domain, and can never be created any more: another company takes the domain */
  | Fact<'CompanyAbandoned', { companyId: string }>
  /** voids earlier claims of the company on a domain that it does not have: another company takes the domain */
  | Fact<'CompanyClaimDropped', { companyId: string; domain: string | null }>
  | Fact<'CompanyErased', { companyId: string; erasureId: string }>;

export type DomainEvent =
  | Fact<'DomainAssigned', { domain: string | null; companyId: string }>
  | Fact<'DomainReleased', { domain: string | null; companyId: string }>;

const key = (data: { companyId: string }): string => companyKey(data.companyId);

export const companyFacts: FactShapes<CompanyEvent | DomainEvent> = {
  CompanyCreated: { v: 1, personal: { key, fields: ['name', 'domain'] } },
  CompanyRenamed: { v: 1, personal: { key, fields: ['from', 'to'] } },
  CompanyDomainChanged: { v: 1, personal: { key, fields: ['from', 'to'] } },
  CompanyAbandoned: { v: 1 },
  CompanyClaimDropped: { v: 1, personal: { key, fields: ['domain'] } },
  CompanyErased: { v: 1 },
  DomainAssigned: { v: 1, personal: { key, fields: ['domain'] } },
  DomainReleased: { v: 1, personal: { key, fields: ['domain'] } },
};
