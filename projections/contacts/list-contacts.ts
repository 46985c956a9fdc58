import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { DataSource } from 'typeorm';
import { Access, notRemoved } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { SearchParameters } from '../lists/search-parameters.js';
import { byText, Filter, NEWEST, OLDEST, sortedPage } from '../lists/sorted-page.js';
import { ContactPage, toContact, withoutRemoved } from './contact-answer.js';
import { contacts, contactTables } from './contacts.js';
import { NAME_OR_EMAIL_CONTAINS, EMAILS_OF_CONTACT } from './select-contacts.js';
import { mailOf } from '../../src/access/mail-scope.js';

const SORTS = { '-createdAt': NEWEST, createdAt: OLDEST, name: byText('name') };

export class ListContactsParameters extends SearchParameters {
  /** Order of the list: ascending, or descending with `-`. Default `-createdAt`: newest first. */
  @IsOptional()
  @IsIn(Object.keys(SORTS))
  sort: keyof typeof SORTS = '-createdAt';

  /** Only contacts of this company; `none`: only contacts without a company. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  companyId?: string;

  /** Only contacts from mail of this account, for callers that may use it. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  accountId?: string;
}

export class ListContacts extends Query<ContactPage> {
  constructor(
    readonly caller: Caller,
    readonly parameters: ListContactsParameters,
  ) {
    super();
  }
}

@QueryHandler(ListContacts)
export class ListContactsHandler implements IQueryHandler<ListContacts> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  async execute({ caller, parameters }: ListContacts): Promise<ContactPage> {
    const mail = mailOf(caller);
    const { q, companyId, accountId } = parameters;
    const isSeen = accountId === undefined || mail === 'all' || mail.includes(accountId);
    const filter = new Filter()
      .and(NAME_OR_EMAIL_CONTAINS, q)
      .and(`row.source->>'accountId' = ?`, isSeen ? accountId : '')
      .and(companyId === 'none' ? `row."companyId" is null and ? = 'none'` : 'row."companyId" = ?', companyId);
    if (accountId !== undefined) filter.always(notRemoved(`row.source->>'accountId'`));
    const listing = { table: contactTables.contacts, besides: EMAILS_OF_CONTACT, filter, sorts: SORTS };
    const { items, next } = await sortedPage(this.database, listing, parameters, toContact(mail));
    return { items: await withoutRemoved(this.access, items), next };
  }
}

@ApiTags('contacts')
@Controller('api/contacts')
export class ListContactsEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Lists contacts. For everyone with the mail module.' })
  @ReadsFrom(contacts)
  @ApiOkResponse({ type: ContactPage })
  list(@QueryParameters() parameters: ListContactsParameters, @Asked() caller: Caller): Promise<ContactPage> {
    return this.queries.execute(new ListContacts(caller, parameters));
  }
}
