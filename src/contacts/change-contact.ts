import { Body, Controller, Param, Patch } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsEmail, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Origin, refuseStale } from '../platform/commands/decide.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { MayBeLeftOut, NotBlank, OneLine, Tidied } from '../platform/http/input.js';
import { tidyAddress } from '../mail/reading/normal-address.js';
import { CompanyOfContact } from './company-of-contact.js';
import { ContactAddresses } from './contact-addresses.js';
import { changeContact, emailChanges, known } from './contact.decider.js';
import { contact } from './contact.fold.js';
import { contactStream } from './contact.events.js';
import { mailOf } from '../access/mail-scope.js';

class ChangeContactBody {
  /** New name of the contact, on one line. */
  @MayBeLeftOut()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @OneLine()
  @NotBlank()
  name?: string;

  /** All mail addresses of the contact, at most 20; an address left out is removed from the contact. */
  @MayBeLeftOut()
  @Tidied(tidyAddress)
  @IsArray()
  @ArrayMaxSize(20)
  @IsEmail({ require_tld: false }, { each: true })
  @MaxLength(254, { each: true })
  emails?: string[];

  /** Id of the contact’s new company; null: none. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  companyId?: string | null;
}

class ChangeContact extends Command<CommandAnswer> {
  constructor(
    readonly contactId: string,
    readonly change: ChangeContactBody,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(ChangeContact)
export class ChangeContactHandler implements ICommandHandler<ChangeContact> {
  constructor(
    private readonly decide: Decide,
    private readonly addresses: ContactAddresses,
    private readonly companies: CompanyOfContact,
  ) {}

  async execute({ contactId, change, origin }: ChangeContact): Promise<CommandAnswer> {
    const stream = contactStream(contactId);
    const loaded = await this.decide.load(stream, contact);
    const before = known(loaded.state);
    refuseStale(loaded.revision, origin.ifMatch);
    const { companyId } = change;
    if (companyId !== undefined && companyId !== null) await this.companies.require(companyId);
    const emails = change.emails && this.addresses.keyed(change.emails);
    const { added, removed } = emailChanges(before, emails);
    const heldSince = await this.addresses.heldSince(removed, origin);
    await this.addresses.claim(added, contactId, origin);
    const decided = await this.decide.on(
      stream,
      contact,
      origin,
      (state) => changeContact(state, contactId, { name: change.name?.trim(), companyId, emails }, before.claimEpoch),
      { ifMatch: origin.ifMatch },
    );
    await this.addresses.release(heldSince, contactId, origin);
    return answer(decided, contactId);
  }
}

@Controller('api/contacts')
export class ChangeContactEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Patch(':id')
  @ApiOperation({ summary: 'Changes a contact, one history entry for each change. For everyone with the mail module.' })
  change(@Param('id') id: string, @Body() body: ChangeContactBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    mailOf(caller);
    return this.commands.execute(new ChangeContact(id, body, caller.origin));
  }
}
