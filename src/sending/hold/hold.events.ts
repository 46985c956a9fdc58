import type { Fact, FactShapes } from '../../platform/domain.js';

/** One stream for the service. */
export const outboxStream = 'outbox';

/** The data folder is a copy, or is older than the database, or the other way round. */
export type WhyOutboxHeld = 'folder-copied' | 'folder-restored' | 'database-restored';

export type HoldEvent =
  /** All mail that was queued before this fact and has not begun to leave waits for `OutboxReleased`. */
  Fact<'OutboxHeld', { why: WhyOutboxHeld }> | Fact<'OutboxReleased', Record<string, never>>;

export const holdFacts: FactShapes<HoldEvent> = { OutboxHeld: { v: 1 }, OutboxReleased: { v: 1 } };
