import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Access } from '../../src/platform/auth/access.js';
import { Asked, type Caller, mailOf } from '../../src/platform/auth/caller.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { newestFirst } from '../newest-first.js';
import { SearchParameters } from '../search-parameters.js';
import { ContactPage, toContact, withoutRemoved } from './contact-answer.js';
import { contacts, contactTables } from './contacts.js';

export class ListContacts extends Query<ContactPage> {
  constructor(
    readonly caller: Caller,
    readonly parameters: SearchParameters,
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
    const query = this.database.getRepository(contactTables.contacts.entity).createQueryBuilder('row');
    if (parameters.q !== undefined)
      query.where(
        `(strpos(lower(row.name), lower(:q)) > 0 or exists (select from unnest(row.emails) e where strpos(lower(e), lower(:q)) > 0))`,
        { q: parameters.q },
      );
    const { items, next } = await newestFirst(query, parameters, toContact(mail));
    return { items: await withoutRemoved(this.access, items), next };
  }
}

@ApiTags('contacts')
@Controller('api/contacts')
export class ListContactsEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Contacts, the newest first: for everyone with the mail module' })
  @ReadsFrom(contacts)
  @ApiOkResponse({ type: ContactPage })
  list(@QueryParameters() parameters: SearchParameters, @Asked() caller: Caller): Promise<ContactPage> {
    return this.queries.execute(new ListContacts(caller, parameters));
  }
}
