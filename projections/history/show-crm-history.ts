import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { accountsSeenBy, type Scope } from '../../src/access/mail-scope.js';
import { companyStream } from '../../src/companies/company.events.js';
import { contactStream } from '../../src/contacts/contact.events.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import type { Slice } from '../../src/platform/slice.js';
import { taskStream } from '../../src/tasks/task.events.js';
import { HistoryPage } from './history-answer.js';
import { historyPage } from './history-page.js';
import { HistoryParameters } from './history-parameters.js';
import { creationOf, type EntryRow, history } from './history.js';
import { withoutForeignMail, withoutPersonal } from './personal.js';

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
    const seen = accountsSeenBy(caller);
    const subject = STREAMS[kind](id);
    const creation = await creationOf(this.database, subject);
    if (!creation || !(await this.maySee(seen, creation))) throw new Refused(`${kind}-not-found` as const, 'not-found');
    const isAuditor = caller.actor.role === 'auditor';
    return historyPage(this.database, subject, parameters, {
      shown: (row) => withoutForeignMail(isAuditor ? withoutPersonal(row) : row, seen),
    });
  }

  /** A task is for callers with its account; contacts and companies belong to no account. */
  private async maySee(seen: Scope, { type, data }: EntryRow): Promise<boolean> {
    if (type !== 'TaskCreated') return true;
    return (await this.access.readable(seen, [(data as { accountId: string }).accountId])).length > 0;
  }
}

@Controller('api')
class ShowCrmHistoryEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get('contacts/:id/history')
  @ApiOperation({
    summary: 'Lists the changes of a contact, newest first. Auditors see no names, addresses and titles.',
  })
  @ReadsFrom(history)
  @ApiOkResponse({ type: HistoryPage })
  showContactHistory(
    @Param('id') id: string,
    @QueryParameters() parameters: HistoryParameters,
    @Asked() caller: Caller,
  ) {
    return this.queries.execute<ShowCrmHistory, HistoryPage>(new ShowCrmHistory(caller, 'contact', id, parameters));
  }

  @Get('companies/:id/history')
  @ApiOperation({
    summary: 'Lists the changes of a company, newest first. Auditors see no names, addresses and titles.',
  })
  @ReadsFrom(history)
  @ApiOkResponse({ type: HistoryPage })
  showCompanyHistory(
    @Param('id') id: string,
    @QueryParameters() parameters: HistoryParameters,
    @Asked() caller: Caller,
  ) {
    return this.queries.execute<ShowCrmHistory, HistoryPage>(new ShowCrmHistory(caller, 'company', id, parameters));
  }

  @Get('tasks/:id/history')
  @ApiOperation({ summary: 'Lists the changes of a task, newest first. Auditors see no names, addresses and titles.' })
  @ReadsFrom(history)
  @ApiOkResponse({ type: HistoryPage })
  showTaskHistory(@Param('id') id: string, @QueryParameters() parameters: HistoryParameters, @Asked() caller: Caller) {
    return this.queries.execute<ShowCrmHistory, HistoryPage>(new ShowCrmHistory(caller, 'task', id, parameters));
  }
}

export const crmHistoryQueries: Slice = {
  endpoints: [ShowCrmHistoryEndpoint],
  handlers: [ShowCrmHistoryHandler],
};
