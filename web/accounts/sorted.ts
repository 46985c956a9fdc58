import type { ShortAccount } from '../shared/account-queries.js';

export type Column =
  'address' | 'status' | 'users' | 'createContacts' | 'createTasks' | 'notify' | 'lastFetchedAt' | 'unread';

/** Accounts with the words, in the order of a column; equal ones by address. */
export function sorted(
  accounts: readonly ShortAccount[],
  q: string,
  { by, down }: { by: Column; down: boolean },
): ShortAccount[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = ({ address, name, users }: ShortAccount): string =>
    [address, name, ...users.flatMap((user) => [user.name ?? '', user.email ?? ''])].join(' ').toLowerCase();
  return accounts
    .filter((account) => words.every((word) => textOf(account).includes(word)))
    .toSorted((a, b) => (down ? -1 : 1) * compare(keyOf(a, by), keyOf(b, by)) || a.address.localeCompare(b.address));
}

function keyOf(account: ShortAccount, by: Column): string | number {
  const value = account[by];
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'boolean') return Number(value);
  return value ?? '';
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}
