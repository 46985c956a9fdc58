import { Injectable } from '@nestjs/common';
import { HeldWork, type HeldWorkHealth } from '../../platform/http/held-work.js';
import { FactLog } from '../../platform/log/fact-log.js';
import { outboxStream } from './hold.events.js';
import type { HoldEvent } from './hold.events.js';

/** The hold of the outbox as it is on record. */
@Injectable()
export class OutboxHold extends HeldWork {
  constructor(private readonly log: FactLog) {
    super();
  }

  async list(): Promise<HeldWorkHealth[]> {
    for await (const fact of this.log.read(outboxStream, { backwards: true, limit: 1 })) {
      const { type, data } = fact as unknown as HoldEvent;
      if (type === 'OutboxHeld') return [{ name: 'outbox', why: data.why, since: fact.metadata.at }];
    }
    return [];
  }
}
