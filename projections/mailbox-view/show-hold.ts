import { Controller, Get } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller, requireAdministrator } from '../../src/platform/auth/caller.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { mailboxTables } from './mailbox-tables.js';
import { mailboxView } from './mailbox-view.js';

const { holds, outgoing, messages } = mailboxTables;

class OutboxHoldAnswer {
  /** True while mail that was queued before `since` waits for an administrator. */
  held!: boolean;
  /**
   * Finding at a start or a beat of a process, `folder-copied`, `folder-restored` or `database-restored`; null: nothing
   * is held.
   */
  why!: 'folder-copied' | 'folder-restored' | 'database-restored' | null;
  /** ISO 8601 UTC: time of the finding; null: nothing is held. */
  since!: string | null;
  /** Number of messages that wait, over all accounts. */
  count!: number;
}

class ShowHold extends Query<OutboxHoldAnswer> {}

interface HoldFound {
  why: NonNullable<OutboxHoldAnswer['why']>;
  since: Date;
  count: number;
}

@QueryHandler(ShowHold)
export class ShowHoldHandler implements IQueryHandler<ShowHold> {
  constructor(private readonly database: DataSource) {}

  async execute(): Promise<OutboxHoldAnswer> {
    const [found] = await this.database.query<HoldFound[]>(
      `select h.why, h.since, (
         select count(*)::int from ${outgoing.name} o join ${messages.name} m on m.id = o."messageId"
         where o."isOutboxHeld" and m."isInOutbox") as count
       from ${holds.name} h`,
    );
    if (!found) return { held: false, why: null, since: null, count: 0 };
    return { held: true, why: found.why, since: found.since.toISOString(), count: found.count };
  }
}

@ApiTags('mail')
@Controller('api/outbox')
@ReadsFrom(mailboxView)
export class ShowHoldEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get('hold')
  @ApiOperation({
    summary: 'Tells whether a copied or restored instance holds mail back, and how much. For administrators.',
  })
  @ApiOkResponse({ type: OutboxHoldAnswer })
  show(@Asked() caller: Caller): Promise<OutboxHoldAnswer> {
    requireAdministrator(caller);
    return this.queries.execute(new ShowHold());
  }
}
