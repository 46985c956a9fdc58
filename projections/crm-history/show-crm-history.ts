import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { companyStream } from '../../src/companies/company.events.js';
import { contactStream } from '../../src/contacts/contact.events.js';
import { Access } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { toPage } from '../../src/platform/http/pages.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import type { Slice } from '../../src/platform/slice.js';
import { taskStream } from '../../src/tasks/task.events.js';
import { namesOf } from '../history/authors.js';
import { HistoryPage } from '../history/history-answer.js';
import { toHistoryEntry } from '../history/history-entries.js';
import { HistoryParameters, pageOf } from '../history/history-filter.js';
import { crmHistory, crmHistoryTables, type EntryRow, type SubjectRow } from './crm-history.js';
import { withoutForeignMail, withoutPersonal } from './personal.js';
import { peopleIn, tell } from './sentences.js';
import { accountsSeenBy } from '../../src/access/mail-scope.js';

const STREAMS = { contact: contactStream, company: companyStream, task: taskStream };

export class ShowCrmHistory extends Query<HistoryPage> {
  constructor(
    readonly caller: Caller,
    readonly kind: keyof typeof STREAMS,
    readonly id: string,
    readonly parameters: HistoryParameters,
  ) {
    super();
  }
}

@QueryHandler(ShowCrmHistory)
export class ShowCrmHistoryHandler implements IQueryHandler<ShowCrmHistory> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  async execute({ caller, kind, id, parameters }: ShowCrmHistory): Promise<HistoryPage> {
    const stream = STREAMS[kind](id);
    const seen = accountsSeenBy(caller);
    const subject = await this.database.getRepository(crmHistoryTables.subjects.entity).findOneBy({ stream });
    if (!subject || !(await this.maySee(seen, subject))) throw new Refused(`${kind}-not-found`, 'not-found');
    const entries = await this.entries(stream, parameters);
    const rows = entries.map((row) =>
      withoutForeignMail(caller.actor.role === 'auditor' ? withoutPersonal(row) : row, seen),
    );
    const nameOf = await namesOf(this.database, crmHistoryTables.names, rows, peopleIn);
    return toPage(
      rows,
      parameters.limit,
      (row) => [row.revision],
      (row) => toHistoryEntry(row, nameOf, tell(row, nameOf)),
    );
  }

  private async maySee(seen: 'all' | readonly string[], { accountId }: SubjectRow): Promise<boolean> {
    return accountId === null || (await this.access.readable(seen, [accountId])).length > 0;
  }

  private entries(stream: string, parameters: HistoryParameters): Promise<EntryRow[]> {
    const query = this.database
      .getRepository(crmHistoryTables.entries.entity)
      .createQueryBuilder('entry')
      .where('entry.stream = :stream', { stream });
    return pageOf(query, parameters);
  }
}

const SUMMARY =
  'The change history, newest first. Auditors see who changed what and when, but no names, addresses and titles';

@Controller('api')
export class ShowCrmHistoryEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get('contacts/:id/history')
  @ApiOperation({ summary: SUMMARY })
  @ReadsFrom(crmHistory)
  @ApiOkResponse({ type: HistoryPage })
  showContactHistory(
    @Param('id') id: string,
    @QueryParameters() parameters: HistoryParameters,
    @Asked() caller: Caller,
  ) {
    return this.queries.execute<ShowCrmHistory, HistoryPage>(new ShowCrmHistory(caller, 'contact', id, parameters));
  }

  @Get('companies/:id/history')
  @ApiOperation({ summary: SUMMARY })
  @ReadsFrom(crmHistory)
  @ApiOkResponse({ type: HistoryPage })
  showCompanyHistory(
    @Param('id') id: string,
    @QueryParameters() parameters: HistoryParameters,
    @Asked() caller: Caller,
  ) {
    return this.queries.execute<ShowCrmHistory, HistoryPage>(new ShowCrmHistory(caller, 'company', id, parameters));
  }

  @Get('tasks/:id/history')
  @ApiOperation({ summary: SUMMARY })
  @ReadsFrom(crmHistory)
  @ApiOkResponse({ type: HistoryPage })
  showTaskHistory(@Param('id') id: string, @QueryParameters() parameters: HistoryParameters, @Asked() caller: Caller) {
    return this.queries.execute<ShowCrmHistory, HistoryPage>(new ShowCrmHistory(caller, 'task', id, parameters));
  }
}

export const crmHistoryQueries: Slice = {
  endpoints: [ShowCrmHistoryEndpoint],
  handlers: [ShowCrmHistoryHandler],
};
