import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { ContactAnswer, toContact, withoutRemoved } from './contact-answer.js';
import { contacts } from './contacts.js';
import { SELECT_CONTACT, type SelectedContact } from './select-contacts.js';
import { mailOf } from '../../src/access/mail-scope.js';

export class ShowContact extends Query<ContactAnswer> {
  constructor(
    readonly caller: Caller,
    readonly contactId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowContact)
export class ShowContactHandler implements IQueryHandler<ShowContact> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  async execute({ caller, contactId }: ShowContact): Promise<ContactAnswer> {
    const mail = mailOf(caller);
    const [row] = await this.database.query<SelectedContact[]>(`${SELECT_CONTACT} where row.id = $1`, [contactId]);
    if (!row) throw new Refused('contact-not-found', 'not-found');
    return (await withoutRemoved(this.access, [toContact(mail)(row)]))[0]!;
  }
}

@ApiTags('contacts')
@Controller('api/contacts')
export class ShowContactEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({ summary: 'Shows one contact. For everyone with the mail module.' })
  @ReadsFrom(contacts)
  @ApiOkResponse({ type: ContactAnswer })
  show(@Param('id') contactId: string, @Asked() caller: Caller): Promise<ContactAnswer> {
    return this.queries.execute(new ShowContact(caller, contactId));
  }
}
