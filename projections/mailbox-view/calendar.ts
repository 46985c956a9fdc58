import { Controller, Get, Headers, Param, Query as QueryParameters, Res } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsTimeZone } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { poolOf } from '../../src/platform/database/database.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { SearchPosition } from '../mail-search/search-position.js';
import { reading } from '../reading/reading.js';
import { countByDay, type DayCount } from './count-by-day.js';
import { hasSearch, MessageFilters } from './list-parameters.js';
import { mailboxView } from './mailbox-view.js';
import { WantedMessages } from './wanted-messages.js';

export class CalendarParameters extends MessageFilters {
  /** Time zone of the days, also of the days in `since` and `until`: a name such as `Europe/Warsaw`. Default UTC. */
  @IsOptional()
  @IsTimeZone({ message: 'must be a time zone, such as Europe/Warsaw' })
  timeZone: string = 'UTC';
}

export class CalendarAnswer {
  /** Days with messages, newest first: the day (YYYY-MM-DD), and the number of messages received on that day. */
  @ApiProperty({
    type: 'array',
    items: { type: 'array', minItems: 2, maxItems: 2, items: { oneOf: [{ type: 'string' }, { type: 'integer' }] } },
    example: [['2026-11-28', 12]],
  })
  days!: DayCount[];
}

export class ShowCalendar extends Query<CalendarAnswer> {
  constructor(
    readonly caller: Caller,
    readonly parameters: CalendarParameters,
    /** undefined: messages of all accounts of the caller */
    readonly accountId?: string,
  ) {
    super();
  }
}

@QueryHandler(ShowCalendar)
export class ShowCalendarHandler implements IQueryHandler<ShowCalendar> {
  constructor(
    private readonly database: DataSource,
    private readonly wanted: WantedMessages,
  ) {}

  async execute({ caller, parameters, accountId }: ShowCalendar): Promise<CalendarAnswer> {
    const { timeZone } = parameters;
    const wanted = await this.wanted.of(caller, parameters, accountId, timeZone);
    if (!wanted) return { days: [] };
    return { days: await countByDay(poolOf(this.database), wanted, timeZone) };
  }
}

@ApiTags('mail')
@Controller('api')
@ReadsFrom(mailboxView, reading)
export class CalendarEndpoint {
  constructor(
    private readonly queries: QueryBus,
    private readonly searchPosition: SearchPosition,
  ) {}

  @Get('accounts/:id/messages/calendar')
  @ApiOperation({ summary: 'Counts the messages of one account by day, for the filters of the list.' })
  @ApiOkResponse({ type: CalendarAnswer })
  async ofAccount(
    @Param('id') accountId: string,
    @QueryParameters() parameters: CalendarParameters,
    @Asked() caller: Caller,
    @Headers('x-wait-for') waitFor: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarAnswer> {
    if (hasSearch(parameters)) await this.searchPosition.answerFrom([mailboxView.id, reading.id], waitFor, reply);
    return this.queries.execute(new ShowCalendar(caller, parameters, accountId));
  }

  @Get('messages/calendar')
  @ApiOperation({
    summary: 'Counts the messages of all accounts of the caller by day, for the filters of the list.',
    description: 'A long list computes its scroll positions from the counts.',
  })
  @ApiOkResponse({ type: CalendarAnswer })
  async ofAll(
    @QueryParameters() parameters: CalendarParameters,
    @Asked() caller: Caller,
    @Headers('x-wait-for') waitFor: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarAnswer> {
    if (hasSearch(parameters)) await this.searchPosition.answerFrom([mailboxView.id, reading.id], waitFor, reply);
    return this.queries.execute(new ShowCalendar(caller, parameters));
  }
}
