import { Body, Controller, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNotFoundResponse, ApiOperation } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsEmail, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { MayBeLeftOut, NotBlank, OneLine, Tidied } from '../platform/http/input.js';
import { tidyAddress } from '../mail/reading/normal-address.js';
import { CompanyOfContact } from './company-of-contact.js';
import { ContactAddresses } from './contact-addresses.js';
import { contact } from './contact.fold.js';
import { createContact } from './contact.decider.js';
import { contactStream } from './contact.events.js';
import { mailOf } from '../access/mail-scope.js';

class AddContactBody {
  /** Name of the contact, on one line. */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @OneLine()
  @NotBlank()
  name!: string;

  /** Mail addresses of the contact, at most 20; an address belongs to one contact only. */
  @MayBeLeftOut()
  @Tidied(tidyAddress)
  @IsArray()
  @ArrayMaxSize(20)
  @IsEmail({ require_tld: false }, { each: true })
  @MaxLength(254, { each: true })
  emails?: string[];

  /**
   * Id of the contact’s company; null: none. Default: the company with the domain of the first address, if there is
   * one.
   */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  companyId?: string | null;
}

class AddContact extends Command<CommandAnswer> {
  constructor(
    readonly person: AddContactBody,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(AddContact)
export class AddContactHandler implements ICommandHandler<AddContact> {
  constructor(
    private readonly decide: Decide,
    private readonly addresses: ContactAddresses,
    private readonly companies: CompanyOfContact,
  ) {}

  async execute({ person, origin }: AddContact): Promise<CommandAnswer> {
    const contactId = origin.commandId;
    const emails = this.addresses.keyed(person.emails ?? []);
    const companyId = await this.companyOf(person.companyId, emails[0]?.email);
    await this.addresses.claim(emails, contactId, origin);
    const made = { contactId, name: person.name.trim(), emails, companyId, source: null };
    const decided = await this.decide.on(contactStream(contactId), contact, origin, (state) =>
      createContact(state, made),
    );
    return answer(decided, contactId);
  }

  private async companyOf(asked: string | null | undefined, email: string | undefined): Promise<string | null> {
    if (asked === undefined) return email === undefined ? null : this.companies.ofAddress(email);
    if (asked !== null) await this.companies.require(asked);
    return asked;
  }
}

@Controller('api/contacts')
export class AddContactEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @ApiCreatedResponse({ type: CommandAnswer })
  @ApiNotFoundResponse({ description: 'Not Found: no company has the id `companyId`.' })
  @ApiOperation({ summary: 'Makes a contact by hand. An address of another contact is refused: 409 `address-taken`.' })
  add(@Body() body: AddContactBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    mailOf(caller);
    return this.commands.execute(new AddContact(body, caller.origin));
  }
}
