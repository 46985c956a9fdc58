import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { UidsByReason } from '../../src/mailboxes/mailbox.events.js';
import { Access } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { parse } from '../../src/mail/servers/uid-set.js';
import type { Slice } from '../../src/platform/slice.js';
import { type FolderGapsAnswer, GapsAnswer, type UidsAnswer } from './gaps-answer.js';
import { type FolderGapsRow, gaps, gapsTables } from './gaps.js';
import { requireAccountSeen } from '../../src/access/mail-scope.js';

export class ShowGaps extends Query<GapsAnswer> {
  constructor(
    readonly caller: Caller,
    readonly accountId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowGaps)
export class ShowGapsHandler implements IQueryHandler<ShowGaps> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  async execute({ caller, accountId }: ShowGaps): Promise<GapsAnswer> {
    await requireAccountSeen(this.access, caller, accountId);
    const folders = this.database.getRepository(gapsTables.folders.entity);
    const rows = await folders.find({ where: { accountId }, order: { path: 'ASC', folderId: 'ASC' } });
    return { items: rows.map(toFolderGaps) };
  }
}

const sizeOf = (uids: string): number => parse(uids).reduce((size, [first, last]) => size + last - first + 1, 0);

const byReason = (sets: UidsByReason): UidsAnswer[] =>
  Object.entries(sets)
    .map(([reason, uids]) => ({ reason, count: sizeOf(uids), uids }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));

const toFolderGaps = (row: FolderGapsRow): FolderGapsAnswer => ({
  folderId: row.folderId,
  path: row.path,
  role: row.role,
  fetched: row.fetched,
  onServer: row.onServer,
  received: row.received,
  skipped: byReason(row.skipped),
  failed: byReason(row.failed),
  outstanding: row.outstanding,
  uidValidity: row.uidValidity,
  comparedAt: row.comparedAt?.toISOString() ?? null,
  failedReason: row.failedReason,
  failedDetail: row.failedDetail,
});

@ApiTags('accounts')
@Controller('api/accounts')
class ShowGapsEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/gaps')
  @ApiOperation({
    summary: 'Compares each folder of an account with the server: messages on record, skipped, failed, outstanding.',
  })
  @ReadsFrom(gaps)
  @ApiOkResponse({ type: GapsAnswer })
  show(@Param('id') accountId: string, @Asked() caller: Caller): Promise<GapsAnswer> {
    return this.queries.execute(new ShowGaps(caller, accountId));
  }
}

export const gapQueries: Slice = {
  endpoints: [ShowGapsEndpoint],
  handlers: [ShowGapsHandler],
};
