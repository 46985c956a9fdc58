import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource, In } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { accountsSeenBy } from '../../src/access/mail-scope.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Hidden, Refused } from '../../src/platform/domain.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import type { Slice } from '../../src/platform/slice.js';
import { namesOf, toAuthor } from '../history/authors.js';
import { history, historyTables } from '../history/history.js';
import { quoted } from '../history/sentence.js';
import { Filter, pageOf, type Sort } from '../lists/sorted-page.js';
import { mailboxTables } from '../mailbox-view/mailbox-tables.js';
import { mailboxView } from '../mailbox-view/mailbox-view.js';
import { tellings } from './message-entries.js';
import { MessageHistoryPage, type OutcomeAnswer } from './message-history-answer.js';
import { messageHistory } from './message-history.js';
import { type Entry, entriesOf, knownMessage, type Settled, settledOf } from './select-news.js';
import type { FolderNameOf } from './telling.js';

export class ShowMessageHistory extends Query<MessageHistoryPage> {
  constructor(
    readonly caller: Caller,
    readonly messageId: string,
    readonly page: PageQuery,
  ) {
    super();
  }
}

const NEWEST: Sort = { keys: ['row.position', 'row.part'], order: 'desc' };

@QueryHandler(ShowMessageHistory)
export class ShowMessageHistoryHandler implements IQueryHandler<ShowMessageHistory> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  async execute({ caller, messageId, page }: ShowMessageHistory): Promise<MessageHistoryPage> {
    const accountId = await this.accountOf(caller, messageId);
    const filter = new Filter();
    const table = { name: entriesOf(filter.parameter(messageId)), key: ['position' as const, 'part' as const] };
    const { items, next } = await pageOf<Entry, Entry>(
      this.database,
      { table, filter, sort: NEWEST },
      page,
      (row) => row,
    );
    const [nameOf, folderNameOf, outcomeOf] = await Promise.all([
      namesOf(this.database, historyTables.names, items.filter(hasAuthor), () => []),
      this.folderNames(items),
      this.outcomes(accountId, messageId, items),
    ]);
    return {
      items: items.map((row) => ({
        id: row.id,
        at: row.at.toISOString(),
        by: hasAuthor(row) ? toAuthor(row, nameOf) : null,
        via: row.via,
        type: row.type,
        ...tellings[row.type]!.sentence(row.data, folderNameOf),
        outcome: outcomeOf(row),
        position: row.position,
      })),
      next,
    };
  }

  /**
   * A destroyed message keeps its history, which holds no text and no person of it; an erased one keeps none.
   * @throws Refused 404, 403 for callers without the mail module
   */
  private async accountOf(caller: Caller, messageId: string): Promise<string> {
    const seen = accountsSeenBy(caller);
    const known = await knownMessage(this.database, messageId);
    if (!known || known.isErased) throw new Refused('message-not-found', 'not-found');
    if ((await this.access.readable(seen, [known.accountId])).length === 0)
      throw new Hidden('message-not-found', known.accountId);
    return known.accountId;
  }

  private async folderNames(rows: readonly Entry[]): Promise<FolderNameOf> {
    const ids = rows.flatMap(({ data }) => (data as { folderId?: string }).folderId ?? []);
    const { entity } = mailboxTables.folders;
    const known = await this.database.getRepository(entity).findBy({ id: In([...new Set(ids)]) });
    const paths = new Map(known.map(({ id, path }) => [id, path]));
    return (folderId) => quoted(paths.get(folderId) ?? folderId);
  }

  private async outcomes(
    accountId: string,
    messageId: string,
    rows: readonly Entry[],
  ): Promise<(row: Entry) => OutcomeAnswer | null> {
    const wishes = rows.flatMap(({ wish }) => wish ?? []);
    const settled = wishes.length > 0 ? await settledOf(this.database, accountId, messageId, wishes) : [];
    const byWish = new Map(settled.map((each) => [each.wish, each]));
    return ({ wish }) => (wish === null ? null : outcomeOf(byWish.get(wish)));
  }
}

const hasAuthor = <R extends { by: string | null }>(row: R): row is R & { by: string } => row.by !== null;

const outcomeOf = (settled: Settled | undefined): OutcomeAnswer =>
  settled
    ? { state: settled.reason === null ? 'done' : 'refused', at: settled.at.toISOString(), reason: settled.reason }
    : { state: 'waiting', at: null, reason: null };

@ApiTags('mail')
@Controller('api/messages')
class ShowMessageHistoryEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/history')
  @ApiOperation({
    summary: 'Lists the changes of a message, newest first: by people, by other mail programs and by the server.',
    description:
      'For callers that may use the account, and for auditors: an entry holds no text and no person of the message. ' +
      'A message that was deleted for good keeps its history; an erased message keeps none.',
  })
  @ReadsFrom(messageHistory, history, mailboxView)
  @ApiOkResponse({ type: MessageHistoryPage })
  show(
    @Param('id') messageId: string,
    @QueryParameters() page: PageQuery,
    @Asked() caller: Caller,
  ): Promise<MessageHistoryPage> {
    return this.queries.execute(new ShowMessageHistory(caller, messageId, page));
  }
}

export const messageHistoryQueries: Slice = {
  endpoints: [ShowMessageHistoryEndpoint],
  handlers: [ShowMessageHistoryHandler],
};
