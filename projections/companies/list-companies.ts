import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { SearchParameters } from '../lists/search-parameters.js';
import { byText, Filter, NEWEST, OLDEST, sortedPage } from '../lists/sorted-page.js';
import { companies, companyTables } from './companies.js';
import { CompanyPage, toCompany } from './company-answer.js';
import { mailOf } from '../../src/access/mail-scope.js';

const SORTS = { '-createdAt': NEWEST, createdAt: OLDEST, name: byText('name') };

export class ListCompaniesParameters extends SearchParameters {
  /** Order of the list: ascending, or descending with `-`. Default `-createdAt`: newest first. */
  @IsOptional()
  @IsIn(Object.keys(SORTS))
  sort: keyof typeof SORTS = '-createdAt';
}

export class ListCompanies extends Query<CompanyPage> {
  constructor(
    readonly caller: Caller,
    readonly parameters: ListCompaniesParameters,
  ) {
    super();
  }
}

@QueryHandler(ListCompanies)
export class ListCompaniesHandler implements IQueryHandler<ListCompanies> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, parameters }: ListCompanies): Promise<CompanyPage> {
    mailOf(caller);
    const filter = new Filter().and(
      '(strpos(lower(row.name), lower(?)) > 0 or strpos(lower(row.domain), lower(?)) > 0)',
      parameters.q,
    );
    const listing = { table: companyTables.companies, filter, sorts: SORTS };
    return sortedPage(this.database, listing, parameters, toCompany);
  }
}

@ApiTags('companies')
@Controller('api/companies')
export class ListCompaniesEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Lists companies. For everyone with the mail module.' })
  @ReadsFrom(companies)
  @ApiOkResponse({ type: CompanyPage })
  list(@QueryParameters() parameters: ListCompaniesParameters, @Asked() caller: Caller): Promise<CompanyPage> {
    return this.queries.execute(new ListCompanies(caller, parameters));
  }
}
