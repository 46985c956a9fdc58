import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OwnAddresses } from '../accounts/own-addresses.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { reached } from '../platform/steps.js';
import { company, hasDomain } from './company.fold.js';
import { createCompany } from './company.decider.js';
import { companyIdOf, companyStream } from './company.events.js';
import { DomainClaims } from './domain-claims.js';

export class CreateCompany extends Command<{ companyId: string }> {
  constructor(
    readonly company: { domain: string; name: string },
    /** address of the sender that the company is created for */
    readonly address: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(CreateCompany)
export class CreateCompanyHandler implements ICommandHandler<CreateCompany> {
  constructor(
    private readonly decide: Decide,
    private readonly own: OwnAddresses,
    private readonly domains: DomainClaims,
  ) {}

  async execute({ company: { domain, name }, address, origin }: CreateCompany): Promise<{ companyId: string }> {
    if (await this.own.has(address))
      throw new Refused(
        'own-address',
        'conflict',
        'This address belongs to your own organisation, which is no company of its contacts.',
      );
    const companyId = await this.idFor(domain, origin);
    await this.decide.on(companyStream(companyId), company, origin, (state) =>
      createCompany(state, { companyId, domain, name }),
    );
    reached('company.created');
    return { companyId };
  }

  /**
   * The company that has the domain, or a new id for it. After a company gave the domain up, the new id depends on the
   * command, because `companyIdOf` may be in use.
   */
  private async idFor(domain: string, origin: Origin): Promise<string> {
    const earlier = await this.domains.earlierHolder(domain);
    if (earlier !== null) return earlier;
    const holder = await this.domains.holder(domain);
    if (holder !== null) {
      const { state } = await this.decide.load(companyStream(holder), company);
      if (hasDomain(state, domain) || (state.status === 'absent' && holder === companyIdOf(domain))) return holder;
    }
    const companyId = companyIdOf(`${domain} ${origin.causationId ?? origin.commandId}`);
    await this.domains.claim(domain, companyId, origin);
    return companyId;
  }
}
