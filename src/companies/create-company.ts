import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OwnAddresses } from '../mail/own-addresses.js';
import { Decide, type Origin } from '../platform/decide.js';
import { Refused, type Decider } from '../platform/domain.js';
import { reached } from '../platform/kill-points.js';
import { type CompanyEvent, companyIdOf, companyStream } from './company.events.js';

export class CreateCompany extends Command<{ companyId: string }> {
  constructor(
    readonly company: { domain: string; name: string },
    /** because of whose address */
    readonly address: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

type Company = { status: 'absent' } | { status: 'created' };
const company: Decider<Company, CompanyEvent> = { initial: { status: 'absent' }, evolve: () => ({ status: 'created' }) };

export const createCompany = (state: Company, data: CompanyEvent['data']): CompanyEvent[] =>
  state.status === 'absent' ? [{ type: 'CompanyCreated', data }] : [];

@CommandHandler(CreateCompany)
export class CreateCompanyHandler implements ICommandHandler<CreateCompany> {
  constructor(
    private readonly decide: Decide,
    private readonly own: OwnAddresses,
  ) {}

  async execute({ company: { domain, name }, address, origin }: CreateCompany): Promise<{ companyId: string }> {
    if (await this.own.has(address))
      throw new Refused('own-address', 'conflict', 'the organisation itself is no company of its contacts');
    const companyId = companyIdOf(domain);
    await this.decide.on(companyStream(companyId), company, origin, (state) => createCompany(state, { companyId, domain, name }));
    reached('company.created');
    return { companyId };
  }
}
