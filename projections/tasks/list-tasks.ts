import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { DataSource } from 'typeorm';
import { notRemoved } from '../../src/platform/auth/access.js';
import { Asked, type Caller, mailOf } from '../../src/platform/auth/caller.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { newestFirst } from '../newest-first.js';
import { SearchParameters } from '../search-parameters.js';
import { TaskPage, toTask } from './task-answer.js';
import { tasks, taskTables } from './tasks.js';

export class ListTasksParameters extends SearchParameters {
  @IsOptional()
  @IsIn(['open', 'done'])
  state?: 'open' | 'done';

  /** only tasks from the mail of this account */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  accountId?: string;
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
    const { q, state, accountId } = parameters;
    const query = this.database.getRepository(taskTables.tasks.entity).createQueryBuilder('row');
    if (mail === 'all') query.andWhere(notRemoved('row.accountId'));
    else query.andWhere('row.accountId = any(:mail)', { mail });
    if (accountId !== undefined) query.andWhere('row.accountId = :accountId', { accountId });
    if (state !== undefined) query.andWhere('row.state = :state', { state });
    if (q !== undefined) query.andWhere('strpos(lower(row.title), lower(:q)) > 0', { q });
    return newestFirst(query, parameters, toTask);
  }
}

@ApiTags('tasks')
@Controller('api/tasks')
export class ListTasksEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Tasks, the newest first: from the mail of accounts that the caller may use' })
  @ReadsFrom(tasks)
  @ApiOkResponse({ type: TaskPage })
  list(@QueryParameters() parameters: ListTasksParameters, @Asked() caller: Caller): Promise<TaskPage> {
    return this.queries.execute(new ListTasks(caller, parameters));
  }
}
