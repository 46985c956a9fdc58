import type { Role } from '../../src/platform/domain.js';
import type { Position } from '../../src/platform/log/event-store.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import type { AccountsOfTasks } from './accounts-of-tasks.js';
import { type Word, words } from './notifications.js';

/** Of one account at once: more messages than this are told in one word. */
const MANY = 200;

/** A word on its way: as it is sent, and to whom. */
export interface Told extends Pick<Word, 'to' | 'about' | 'last' | 'accountId'> {
  position: Position;
  frame: string;
}

/** As whom somebody follows. */
export interface Rights {
  role: Role;
  /** null: a service as itself */
  userId: string | null;
  accounts: ReadonlySet<string>;
}

export const frameOf = (kind: string, id: string | null, accountId: string | null, position: Position): string =>
  `id: ${position}\ndata: ${JSON.stringify({ kind, id, accountId, position })}\n\n`;

/** What these facts, as they follow each other in the log, say to those who follow live. */
export function tell(facts: readonly Recorded[], ofTasks: AccountsOfTasks): Told[] {
  const spoken = facts.flatMap(({ type, data, position }) => {
    const word = (words[type as keyof typeof words] as ((data: object) => Word) | null)?.(data);
    if (!word) return [];
    const accountId = word.kind === 'task' ? (word.accountId ?? ofTasks.get(word.id) ?? null) : word.accountId;
    return [{ ...word, accountId, position }];
  });
  const lastOfMany = new Map([...messagesByAccount(spoken)].filter(([, { count }]) => count > MANY));
  return spoken.flatMap(({ kind, id, accountId, to, about, last, position }): Told[] => {
    const many = kind === 'message' ? lastOfMany.get(accountId) : undefined;
    if (many && position !== many.last) return [];
    const frame = frameOf(kind, many ? null : id, accountId, position);
    return [{ accountId, to, position, frame, ...(about === undefined ? {} : { about }), ...(last ? { last } : {}) }];
  });
}

function messagesByAccount(spoken: readonly (Pick<Word, 'kind' | 'accountId'> & { position: Position })[]) {
  const found = new Map<string | null, { count: number; last: Position }>();
  for (const { kind, accountId, position } of spoken)
    if (kind === 'message') found.set(accountId, { count: (found.get(accountId)?.count ?? 0) + 1, last: position });
  return found;
}

/** Whether somebody with these rights may know it. */
export function mayKnow(
  { role, userId, accounts }: Rights,
  { to, about, accountId }: Omit<Told, 'position' | 'frame'>,
): boolean {
  if (role === 'administrator' || (about !== undefined && about === userId)) return true;
  if (role === 'auditor') return to === 'account';
  switch (to) {
    case 'account':
    case 'mail':
      return accountId !== null && accounts.has(accountId);
    case 'mail-module':
      return accounts.size > 0;
    case 'administrators':
      return false;
    default:
      return to satisfies never;
  }
}
