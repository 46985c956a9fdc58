import { Injectable } from '@nestjs/common';
import { batched } from '../../platform/database/batched.js';
import { HeldWork, type HeldWorkHealth } from '../../platform/http/held-work.js';
import type { Position } from '../../platform/log/event-store.js';
import { FactLog, type Recorded } from '../../platform/log/fact-log.js';
import { type HoldEvent, outboxStream } from './hold.events.js';
import { InstanceWatch } from './instance-watch.js';

/** The hold of the outbox as it is on record. */
@Injectable()
export class OutboxHold extends HeldWork {
  constructor(
    private readonly log: FactLog,
    private readonly watch: InstanceWatch,
  ) {
    super();
  }

  /**
   * `isHeld`: the message waits for `OutboxReleased`. `mayHaveLeft`: look for it in Sent, also before its first
   * attempt.
   * @param queuedAt position of the fact that queued the message
   */
  async about(queuedAt: Position): Promise<{ isHeld: boolean; mayHaveLeft: boolean }> {
    const { held, unseen } = (await this.current([outboxStream])).get(outboxStream)!;
    return {
      isHeld: held !== undefined && queuedAt < held.position,
      mayHaveLeft: unseen !== null && queuedAt <= unseen,
    };
  }

  async list(): Promise<HeldWorkHealth[]> {
    const held = await this.held();
    return held === undefined ? [] : [{ name: 'outbox', why: held.data.why, since: held.metadata.at }];
  }

  /** Messages of one turn of the event loop share the reads. */
  private readonly current = batched(async () => {
    const [held, unseen] = await Promise.all([this.held(), this.watch.unseen()]);
    return new Map([[outboxStream, { held, unseen }]]);
  });

  /** Undefined after a release. */
  private async held(): Promise<Recorded<Extract<HoldEvent, { type: 'OutboxHeld' }>> | undefined> {
    for await (const fact of this.log.read(outboxStream, { backwards: true, limit: 1 })) {
      const last = fact as unknown as Recorded<HoldEvent>;
      if (last.type === 'OutboxHeld') return last;
    }
    return undefined;
  }
}
