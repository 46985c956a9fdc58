import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Hidden, Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { TaskAnswer, toTask } from './task-answer.js';
import { tasks, taskTables } from './tasks.js';
import { mailOf } from '../../src/access/mail-scope.js';

export class ShowTask extends Query<TaskAnswer> {
  constructor(
    readonly caller: Caller,
    readonly taskId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowTask)
export class ShowTaskHandler implements IQueryHandler<ShowTask> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  async execute({ caller, taskId }: ShowTask): Promise<TaskAnswer> {
    const mail = mailOf(caller);
    const row = await this.database.getRepository(taskTables.tasks.entity).findOneBy({ id: taskId });
    if (!row) throw new Refused('task-not-found', 'not-found');
    if ((await this.access.readable(mail, [row.accountId])).length === 0)
      throw new Hidden('task-not-found', row.accountId);
    return toTask(row);
  }
}

@ApiTags('tasks')
@Controller('api/tasks')
export class ShowTaskEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({ summary: 'Shows one task.' })
  @ReadsFrom(tasks)
  @ApiOkResponse({ type: TaskAnswer })
  show(@Param('id') taskId: string, @Asked() caller: Caller): Promise<TaskAnswer> {
    return this.queries.execute(new ShowTask(caller, taskId));
  }
}
