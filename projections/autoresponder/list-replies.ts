import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { mailScope } from '../../src/access/mail-scope.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import type { Slice } from '../../src/platform/slice.js';
import { Filter, pageOf, type Sort } from '../lists/sorted-page.js';
import { absenceReplies, type AbsenceReplyRow, absenceReplyTables } from './absence-replies.js';
import { type AbsenceReplyAnswer, AbsenceReplyPage, toAbsenceReply } from './reply-answer.js';

export class ListAbsenceReplies extends Query<AbsenceReplyPage> {
  constructor(
    readonly caller: Caller,
    readonly accountId: string,
    readonly page: PageQuery,
  ) {
    super();
  }
}

const NEWEST: Sort = { keys: ['row.position', 'row."messageId"'], order: 'desc' };

@QueryHandler(ListAbsenceReplies)
export class ListAbsenceRepliesHandler implements IQueryHandler<ListAbsenceReplies> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  async execute({ caller, accountId, page }: ListAbsenceReplies): Promise<AbsenceReplyPage> {
    await mailScope(this.access, caller, accountId);
    const filter = new Filter().and('row."accountId" = ?', accountId);
    return pageOf<AbsenceReplyRow, AbsenceReplyAnswer>(
      this.database,
      { table: absenceReplyTables.replies, filter, sort: NEWEST },
      page,
      toAbsenceReply,
    );
  }
}

@Controller('api/accounts')
class ListAbsenceRepliesEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/autoresponder/log')
  @ApiOperation({
    summary: 'Lists the messages that came during absences, newest first: answered, or not and why.',
    description: 'An account without an absence has no entries, and mail from before the absence has none either.',
  })
  @ReadsFrom(absenceReplies)
  @ApiOkResponse({ type: AbsenceReplyPage })
  list(
    @Param('id') accountId: string,
    @QueryParameters() page: PageQuery,
    @Asked() caller: Caller,
  ): Promise<AbsenceReplyPage> {
    return this.queries.execute(new ListAbsenceReplies(caller, accountId, page));
  }
}

export const absenceReplyQueries: Slice = {
  endpoints: [ListAbsenceRepliesEndpoint],
  handlers: [ListAbsenceRepliesHandler],
};
