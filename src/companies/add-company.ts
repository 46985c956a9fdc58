import { Body, Controller, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { IsFQDN, IsString, MaxLength, MinLength } from 'class-validator';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { normalDomain } from '../mail/reading/normal-address.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { MayBeLeftOut, NotBlank, OneLine, Tidied } from '../platform/http/input.js';
import { company } from './company.fold.js';
import { createCompany } from './company.decider.js';
import { companyStream } from './company.events.js';
import { CompanyDomains } from './company-domain.js';
import { DomainClaims } from './domain-claims.js';
import { mailOf } from '../access/mail-scope.js';

class AddCompanyBody {
  /** Name of the company, on one line. */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @OneLine()
  @NotBlank()
  name!: string;

  /**
   * Domain of the company’s addresses, such as `example.com`; it belongs to one company only. A subdomain is shortened:
   * `mail.example.com` to `example.com`.
   */
  @MayBeLeftOut()
  @Tidied(normalDomain)
  @IsFQDN({ require_tld: false })
  @MaxLength(253)
  domain?: string;
}

class AddCompany extends Command<CommandAnswer> {
  constructor(
    readonly company: AddCompanyBody,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(AddCompany)
export class AddCompanyHandler implements ICommandHandler<AddCompany> {
  constructor(
    private readonly decide: Decide,
    private readonly domains: DomainClaims,
    private readonly companyDomains: CompanyDomains,
  ) {}

  async execute({ company: asked, origin }: AddCompany): Promise<CommandAnswer> {
    const companyId = origin.commandId;
    const domain = asked.domain === undefined ? null : await this.companyDomains.usable(asked.domain);
    if (domain !== null) await this.domains.claim(domain, companyId, origin);
    const decided = await this.decide.on(companyStream(companyId), company, origin, (state) =>
      createCompany(state, { companyId, name: asked.name.trim(), domain }),
    );
    return answer(decided, companyId);
  }
}

@Controller('api/companies')
export class AddCompanyEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @ApiOperation({ summary: 'Makes a company by hand. A domain of another company is refused: 409 `domain-taken`.' })
  add(@Body() body: AddCompanyBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    mailOf(caller);
    return this.commands.execute(new AddCompany(body, caller.origin));
  }
}
