import type { Slice } from '../../platform/slice.js';
import { InstanceWatch } from './instance-watch.js';
import { OutboxHold } from './outbox-hold.js';
import { ReleaseOutboxEndpoint, ReleaseOutboxHandler } from './release-outbox.js';

export const holdCommands: Slice = {
  endpoints: [ReleaseOutboxEndpoint],
  handlers: [ReleaseOutboxHandler],
  services: [InstanceWatch, OutboxHold],
};
