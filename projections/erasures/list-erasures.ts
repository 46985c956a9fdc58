import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller, requireAdministrator } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import type { Slice } from '../../src/platform/slice.js';
import { namesOf, toAuthor } from '../history/authors.js';
import { AuthorAnswer } from '../history/history-answer.js';
import { Filter, NEWEST, pageOf } from '../lists/sorted-page.js';
import { type ErasureRow, erasures, erasureTables } from './erasures.js';

class ErasureOnRecord {
  /** Id of the erasure. */
  id!: string;
  /** State of the erasure. */
  state!: 'running' | 'done';
  /** User or service that requested the erasure. */
  by!: AuthorAnswer;
  /** Way in of the request: `web` or `api:<name of the service>`. */
  via!: string;
  /** ISO 8601 UTC: time of the request. */
  requestedAt!: string;
  /** ISO 8601 UTC: end of the erasure; null while it runs. */
  erasedAt!: string | null;
  /** Number of contacts of the person; all five numbers are null until the service has counted. */
  contacts!: number | null;
  /** Number of companies named after domains of the person, without other contacts; null until counted. */
  companies!: number | null;
  /** Number of messages with the person in any field of the header, in all accounts; null until counted. */
  messages!: number | null;
  /** Number of tasks about these messages and contacts; null until counted. */
  tasks!: number | null;
  /** Number of these messages with raw bytes in the store; null until counted. */
  blobs!: number | null;
}

class ErasurePage {
  /** Erasures of this page, newest first. */
  items!: ErasureOnRecord[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}

class ListErasures extends Query<ErasurePage> {
  constructor(
    readonly caller: Caller,
    readonly page: PageQuery,
    readonly id?: string,
  ) {
    super();
  }
}

@QueryHandler(ListErasures)
class ListErasuresHandler implements IQueryHandler<ListErasures> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, page, id }: ListErasures): Promise<ErasurePage> {
    if (caller.actor.role !== 'auditor') requireAdministrator(caller);
    const listing = { table: erasureTables.erasures, filter: new Filter().and('row.id = ?', id), sort: NEWEST };
    const { items, next } = await pageOf(this.database, listing, page, (row: ErasureRow) => row);
    const nameOf = await namesOf(this.database, erasureTables.names, items, () => []);
    return { items: items.map((row) => ({ ...toErasure(row), by: toAuthor(row, nameOf) })), next };
  }
}

const toErasure = ({ id, via, requestedAt, erasedAt, erased }: ErasureRow): Omit<ErasureOnRecord, 'by'> => ({
  id,
  state: erasedAt ? 'done' : 'running',
  via,
  requestedAt: requestedAt.toISOString(),
  erasedAt: erasedAt?.toISOString() ?? null,
  contacts: erased?.contacts ?? null,
  companies: erased === null ? null : (erased.companies ?? 0),
  messages: erased?.messages ?? null,
  tasks: erased?.tasks ?? null,
  blobs: erased?.blobs ?? null,
});

@Controller('api/erasures')
class ListErasuresEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Lists all erasures, newest first. For administrators and auditors.' })
  @ReadsFrom(erasures)
  @ApiOkResponse({ type: ErasurePage })
  list(@QueryParameters() page: PageQuery, @Asked() caller: Caller): Promise<ErasurePage> {
    return this.queries.execute(new ListErasures(caller, page));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows the progress of an erasure. For administrators and auditors.' })
  @ReadsFrom(erasures)
  @ApiOkResponse({ type: ErasureOnRecord })
  async showErasure(@Param('id') id: string, @Asked() caller: Caller): Promise<ErasureOnRecord> {
    const { items } = await this.queries.execute(new ListErasures(caller, new PageQuery(), id));
    if (!items[0]) throw new Refused('erasure-not-found', 'not-found');
    return items[0];
  }
}

export const erasureQueries: Slice = {
  endpoints: [ListErasuresEndpoint],
  handlers: [ListErasuresHandler],
};
