import type { Schemas } from '../shared/api.js';

export type Box = Schemas['MessageSummary']['box'];

const BOXES: readonly string[] = ['received', 'sent', 'draft', 'trash'];

/** Address of a list of mail, and of the opened message. */
export interface MailSearch {
  account?: string;
  box?: Box;
  folder?: string;
  q?: string;
  unread?: true;
  since?: string;
  until?: string;
  open?: string;
}

/** Reads the address of the screen; invalid parts are left out. */
export function mailSearch(given: Record<string, unknown>): MailSearch {
  const { account, box, folder, q, unread, since, until, open } = given;
  const text = (value: unknown): value is string | number =>
    ['string', 'number'].includes(typeof value) && value !== '';
  const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
  return {
    ...(text(account) ? { account: String(account) } : {}),
    ...(BOXES.includes(box as string) ? { box: box as Box } : {}),
    ...(text(folder) ? { folder: String(folder) } : {}),
    ...(text(q) ? { q: String(q) } : {}),
    ...(unread === true ? { unread } : {}),
    ...(isDay(since) ? { since } : {}),
    ...(isDay(until) ? { until } : {}),
    ...(text(open) ? { open: String(open) } : {}),
  };
}
