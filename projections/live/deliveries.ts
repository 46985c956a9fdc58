import type { Role } from '../../src/platform/domain.js';
import type { Position } from '../../src/platform/log/event-store.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import type { PresenceChange } from '../presence/presence-changes.js';
import type { AccountsOfTasks } from './accounts-of-tasks.js';
import { type Notification, notificationOf } from './notifications.js';

/** Messages, or notifications, of one account at once; more of them become one. */
const MANY = 200;

type Notify = (data: object) => Notification | Notification[];

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

/** Without `id:`, because no client resumes after it. */
export const presenceFrame = ({ messageId, accountId, userId, state }: PresenceChange, position: Position): string =>
  `data: ${JSON.stringify({ kind: 'presence', id: messageId, accountId, position, userId, state })}\n\n`;

export const framesOf = (deliveries: readonly Delivery[]): string => deliveries.map(({ frame }) => frame).join('');

/** @param facts in the order of the log */
export function deliveriesOf(facts: readonly Recorded[], ofTasks: AccountsOfTasks): Delivery[] {
  const notifications = facts.flatMap(({ type, data, position }) => {
    const of = notificationOf[type as keyof typeof notificationOf] as Notify | null;
    return [of?.(data) ?? []].flat().map((notification) => {
      const { kind, id } = notification;
      const accountId = notification.accountId ?? (kind === 'task' && id !== null ? (ofTasks.get(id) ?? null) : null);
      return { ...notification, accountId, position };
    });
  });
  const counted = countedOf(notifications);
  const few = notifications.flatMap((one) => {
    const { count, last } = counted.get(nameOf(one)) ?? { count: 0, last: '' };
    if (count <= MANY) return [one];
    return one.position === last ? [{ ...one, id: null }] : [];
  });
  return few.map(({ kind, id, accountId, to, about, last, position }, n): Delivery => {
    const whole = frameOf(kind, id, accountId, position);
    // The id stands in the last event of a fact alone, so that a client which reconnects gets all of them.
    const frame = few[n + 1]?.position === position ? whole.slice(whole.indexOf('data:')) : whole;
    return { accountId, to, position, frame, ...(about === undefined ? {} : { about }), ...(last ? { last } : {}) };
  });
}

type Positioned = Pick<Notification, 'kind' | 'accountId'> & { position: Position };

const nameOf = ({ kind, accountId }: Positioned): string => `${kind} ${accountId}`;

/** Messages, and notifications, by account. */
function countedOf(notifications: readonly Positioned[]) {
  const found = new Map<string, { count: number; last: Position }>();
  for (const one of notifications)
    if (one.kind === 'message' || one.kind === 'notification')
      found.set(nameOf(one), { count: (found.get(nameOf(one))?.count ?? 0) + 1, last: one.position });
  return found;
}

/** True if the audience of the delivery includes a caller with these rights. */
export function mayKnow(
  { role, userId, accounts }: Rights,
  { to, about, accountId }: Omit<Delivery, 'position' | 'frame'>,
): boolean {
  if (about !== undefined && about === userId) return true;
  if (to === 'person') return false;
  if (to === 'users') return role !== 'auditor' && accountId !== null && accounts.has(accountId);
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
