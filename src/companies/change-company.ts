import { Body, Controller, Param, Patch } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { IsFQDN, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Origin, refuseStale } from '../platform/commands/decide.js';
import { normalDomain } from '../mail/reading/normal-address.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { MayBeLeftOut, NotBlank, OneLine, Tidied } from '../platform/http/input.js';
import { changeCompany, known } from './company.decider.js';
import { company } from './company.fold.js';
import { companyStream } from './company.events.js';
import { CompanyDomains } from './company-domain.js';
import { DomainClaims } from './domain-claims.js';
import { mailOf } from '../access/mail-scope.js';

class ChangeCompanyBody {
  /** New name of the company, on one line. */
  @MayBeLeftOut()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @OneLine()
  @NotBlank()
  name?: string;

  /** New domain of the company’s addresses; null: none. */
  @IsOptional()
  @Tidied(normalDomain)
  @IsFQDN({ require_tld: false })
  @MaxLength(253)
  domain?: string | null;
}

class ChangeCompany extends Command<CommandAnswer> {
  constructor(
    readonly companyId: string,
    readonly change: ChangeCompanyBody,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(ChangeCompany)
export class ChangeCompanyHandler implements ICommandHandler<ChangeCompany> {
  constructor(
    private readonly decide: Decide,
    private readonly domains: DomainClaims,
    private readonly companyDomains: CompanyDomains,
  ) {}

  async execute({ companyId, change, origin }: ChangeCompany): Promise<CommandAnswer> {
    const stream = companyStream(companyId);
    const loaded = await this.decide.load(stream, company);
    const before = known(loaded.state);
    refuseStale(loaded.revision, origin.ifMatch);
    const domain = change.domain ? await this.companyDomains.usable(change.domain) : change.domain;
    const moves = domain !== undefined && domain !== before.domain;
    const heldSince = moves && before.domain !== null ? await this.domains.heldSince(before.domain, origin) : null;
    if (moves && domain !== null) await this.domains.claim(domain, companyId, origin);
    const decided = await this.decide.on(
      stream,
      company,
      origin,
      (state) => changeCompany(state, companyId, { name: change.name?.trim(), domain }, before.claimEpoch),
      { ifMatch: origin.ifMatch },
    );
    if (heldSince !== null) await this.domains.release(before.domain!, companyId, heldSince, origin);
    return answer(decided, companyId);
  }
}

@Controller('api/companies')
export class ChangeCompanyEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Patch(':id')
  @ApiOperation({ summary: 'Changes a company, one history entry for each change. For everyone with the mail module.' })
  change(@Param('id') id: string, @Body() body: ChangeCompanyBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    mailOf(caller);
    return this.commands.execute(new ChangeCompany(id, body, caller.origin));
  }
}
