import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { companies, companyTables } from './companies.js';
import { CompanyAnswer, toCompany } from './company-answer.js';
import { mailOf } from '../../src/access/mail-scope.js';

export class ShowCompany extends Query<CompanyAnswer> {
  constructor(
    readonly caller: Caller,
    readonly companyId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowCompany)
export class ShowCompanyHandler implements IQueryHandler<ShowCompany> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, companyId }: ShowCompany): Promise<CompanyAnswer> {
    mailOf(caller);
    const row = await this.database.getRepository(companyTables.companies.entity).findOneBy({ id: companyId });
    if (!row) throw new Refused('company-not-found', 'not-found');
    return toCompany(row);
  }
}

@ApiTags('companies')
@Controller('api/companies')
export class ShowCompanyEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({ summary: 'Shows one company. For everyone with the mail module.' })
  @ReadsFrom(companies)
  @ApiOkResponse({ type: CompanyAnswer })
  show(@Param('id') companyId: string, @Asked() caller: Caller): Promise<CompanyAnswer> {
    return this.queries.execute(new ShowCompany(caller, companyId));
  }
}
