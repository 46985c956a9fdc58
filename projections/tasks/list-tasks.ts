import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { DataSource } from 'typeorm';
import { notRemoved } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { SearchParameters } from '../lists/search-parameters.js';
import { byText, Filter, NEWEST, OLDEST, sortedPage } from '../lists/sorted-page.js';
import { TaskPage, toTask } from './task-answer.js';
import { tasks, taskTables } from './tasks.js';
import { mailOf } from '../../src/access/mail-scope.js';

const SORTS = { '-createdAt': NEWEST, createdAt: OLDEST, title: byText('title') };

export class ListTasksParameters extends SearchParameters {
  /** Order of the list: ascending, or descending with `-`. Default `-createdAt`: newest first. */
  @IsOptional()
  @IsIn(Object.keys(SORTS))
  sort: keyof typeof SORTS = '-createdAt';

  /** Only open or only done tasks. Default: both. */
  @IsOptional()
  @IsIn(['open', 'done'])
  state?: 'open' | 'done';

  /** Only tasks of this account. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  accountId?: string;

  /** Only tasks of this user; `none`: only tasks without an assignee. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  assignee?: string;

  /** Only tasks about this contact. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  contactId?: string;
}

export class ListTasks extends Query<TaskPage> {
  constructor(
    readonly caller: Caller,
    readonly parameters: ListTasksParameters,
  ) {
    super();
  }
}

@QueryHandler(ListTasks)
export class ListTasksHandler implements IQueryHandler<ListTasks> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, parameters }: ListTasks): Promise<TaskPage> {
    const mail = mailOf(caller);
    const { q, state, accountId, assignee, contactId } = parameters;
    const filter = new Filter()
      .always(notRemoved('row."accountId"'))
      .and('row."accountId" = any(?)', mail === 'all' ? undefined : mail)
      .and('row."accountId" = ?', accountId)
      .and('row.state = ?', state)
      .and('row."contactId" = ?', contactId)
      .and(assignee === 'none' ? `row.assignee is null and ? = 'none'` : 'row.assignee = ?', assignee)
      .and('strpos(lower(row.title), lower(?)) > 0', q);
    const listing = { table: taskTables.tasks, filter, sorts: SORTS };
    return sortedPage(this.database, listing, parameters, toTask);
  }
}

@ApiTags('tasks')
@Controller('api/tasks')
export class ListTasksEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Lists the tasks of the accounts that the caller may use.' })
  @ReadsFrom(tasks)
  @ApiOkResponse({ type: TaskPage })
  list(@QueryParameters() parameters: ListTasksParameters, @Asked() caller: Caller): Promise<TaskPage> {
    return this.queries.execute(new ListTasks(caller, parameters));
  }
}
