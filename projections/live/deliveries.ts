import type { Role } from '../../src/platform/domain.js';
import type { Position } from '../../src/platform/log/event-store.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import type { AccountsOfTasks } from './accounts-of-tasks.js';
import { type Notification, notificationOf } from './notifications.js';

/** Messages of one account at once; more of them become one notification. */
const MANY = 200;

/** A notification as server-sent event, with its audience. */
export interface Delivery extends Pick<Notification, 'to' | 'about' | 'last' | 'accountId'> {
  position: Position;
  frame: string;
}

export interface Rights {
  role: Role;
  /** null: a service that acts as itself */
  userId: string | null;
  accounts: ReadonlySet<string>;
}

export const frameOf = (kind: string, id: string | null, accountId: string | null, position: Position): string =>
  `id: ${position}\ndata: ${JSON.stringify({ kind, id, accountId, position })}\n\n`;

export const framesOf = (deliveries: readonly Delivery[]): string => deliveries.map(({ frame }) => frame).join('');

/** @param facts in the order of the log */
export function deliveriesOf(facts: readonly Recorded[], ofTasks: AccountsOfTasks): Delivery[] {
  const notifications = facts.flatMap(({ type, data, position }) => {
    const of = notificationOf[type as keyof typeof notificationOf] as ((data: object) => Notification) | null;
    const notification = of?.(data);
    if (!notification) return [];
    const { kind, id } = notification;
    const accountId = notification.accountId ?? (kind === 'task' && id !== null ? (ofTasks.get(id) ?? null) : null);
    return [{ ...notification, accountId, position }];
  });
  const lastOfMany = new Map([...messagesByAccount(notifications)].filter(([, { count }]) => count > MANY));
  return notifications.flatMap(({ kind, id, accountId, to, about, last, position }): Delivery[] => {
    const many = kind === 'message' ? lastOfMany.get(accountId) : undefined;
    if (many && position !== many.last) return [];
    const frame = frameOf(kind, many ? null : id, accountId, position);
    return [{ accountId, to, position, frame, ...(about === undefined ? {} : { about }), ...(last ? { last } : {}) }];
  });
}

type Positioned = Pick<Notification, 'kind' | 'accountId'> & { position: Position };

function messagesByAccount(notifications: readonly Positioned[]) {
  const found = new Map<string | null, { count: number; last: Position }>();
  for (const { kind, accountId, position } of notifications)
    if (kind === 'message') found.set(accountId, { count: (found.get(accountId)?.count ?? 0) + 1, last: position });
  return found;
}

/** True if the audience of the delivery includes a caller with these rights. */
export function mayKnow(
  { role, userId, accounts }: Rights,
  { to, about, accountId }: Omit<Delivery, 'position' | 'frame'>,
): boolean {
  if (about !== undefined && about === userId) return true;
  if (to === 'person') return false;
  if (role === 'administrator') return true;
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
