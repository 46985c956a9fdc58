import { factShapes } from '../../src/all.events.js';
import type { Told } from '../history/sentence.js';
import type { CrmEvent } from './sentences.js';
import { within } from '../../src/access/mail-scope.js';

const HIDDEN = '•••';

/** For those who see who changed what and when, but nothing that is known of a person from mail. */
export function withoutPersonal<T extends Told<CrmEvent['type']>>(row: T): T {
  const data: Record<string, unknown> = { ...row.data };
  for (const field of factShapes[row.type]?.personal?.fields ?? []) {
    const value = data[field];
    if (value !== null) data[field] = Array.isArray(value) ? value.map(() => HIDDEN) : HIDDEN;
  }
  return { ...row, data };
}

/** The mail that a contact was learned from is told to those who may use its account. */
export function withoutForeignMail<T extends Told<CrmEvent['type']>>(row: T, seen: 'all' | readonly string[]): T {
  const { source } = row.data as { source?: { accountId: string } | null };
  return source && !within(seen, source.accountId) ? { ...row, data: { ...row.data, source: null } } : row;
}
