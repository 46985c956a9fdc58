import type { HoldEvent, WhyOutboxHeld } from './hold.events.js';
import type { Hold } from './hold.fold.js';

/** A second finding is recorded too: mail that was queued in between waits as well. */
export const holdOutbox = (why: WhyOutboxHeld): HoldEvent[] => [{ type: 'OutboxHeld', data: { why } }];

export const releaseOutbox = ({ held }: Hold): HoldEvent[] => (held ? [{ type: 'OutboxReleased', data: {} }] : []);
