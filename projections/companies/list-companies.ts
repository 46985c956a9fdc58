import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller, mailOf } from '../../src/platform/auth/caller.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { newestFirst } from '../newest-first.js';
import { SearchParameters } from '../search-parameters.js';
import { companies, companyTables } from './companies.js';
import { CompanyPage, toCompany } from './company-answer.js';

export class ListCompanies extends Query<CompanyPage> {
  constructor(
    readonly caller: Caller,
    readonly parameters: SearchParameters,
  ) {
    super();
  }
}

@QueryHandler(ListCompanies)
export class ListCompaniesHandler implements IQueryHandler<ListCompanies> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, parameters }: ListCompanies): Promise<CompanyPage> {
    mailOf(caller);
    const query = this.database.getRepository(companyTables.companies.entity).createQueryBuilder('row');
    if (parameters.q !== undefined)
      query.where('(strpos(lower(row.name), lower(:q)) > 0 or strpos(lower(row.domain), lower(:q)) > 0)', { q: parameters.q });
    return newestFirst(query, parameters, toCompany);
  }
}

@ApiTags('companies')
@Controller('api/companies')
export class ListCompaniesEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Companies, the newest first: for everyone with the mail module' })
  @ReadsFrom(companies)
  @ApiOkResponse({ type: CompanyPage })
  list(@QueryParameters() parameters: SearchParameters, @Asked() caller: Caller): Promise<CompanyPage> {
    return this.queries.execute(new ListCompanies(caller, parameters));
  }
}
