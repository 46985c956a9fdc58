import { type Scope, within } from '../../src/access/mail-scope.js';
import { factShapes } from '../../src/all.events.js';
import { companyFacts } from '../../src/companies/company.events.js';
import { SECRET } from './sentence.js';
import type { FactContent, HistoryFact } from './sentences.js';

/** For auditors: they see author, time and kind of a change, and companies, but no personal data from mail. */
export function withoutPersonal<R extends FactContent<HistoryFact['type']>>(row: R): R {
  if (row.type in companyFacts) return row;
  const data: Record<string, unknown> = { ...row.data };
  for (const field of factShapes[row.type]?.personal?.fields ?? []) {
    const value = data[field];
    if (value !== null) data[field] = Array.isArray(value) ? value.map(() => SECRET) : SECRET;
  }
  return { ...row, data };
}

/** Hides the mail from which a contact was created, unless the caller may use the account of that mail. */
export function withoutForeignMail<R extends FactContent>(row: R, seen: Scope): R {
  const { source } = row.data as { source?: { accountId: string } | null };
  return source && !within(seen, source.accountId) ? { ...row, data: { ...row.data, source: null } } : row;
}
