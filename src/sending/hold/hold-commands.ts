import type { Slice } from '../../platform/slice.js';
import { InstanceWatch } from './instance-watch.js';
import { ReleaseOutboxEndpoint, ReleaseOutboxHandler } from './release-outbox.js';

export const holdCommands: Slice = {
  endpoints: [ReleaseOutboxEndpoint],
  handlers: [ReleaseOutboxHandler],
  services: [InstanceWatch],
};
