import { Controller, Get, Injectable, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Access } from '../../access/access.js';
import { mailScope } from '../../access/mail-scope.js';
import { Deliverability, NameServersFailed } from '../../mail/deliverability/deliverability.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { Decide } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import { throttle } from '../../platform/http/throttle.js';
import { accountStream } from '../account.events.js';
import { account } from '../account.fold.js';

class RecordAnswer {
  /** `ok`: receivers accept the record; `missing`: there is none; `wrong`: they ignore it, or refuse mail by it. */
  state!: 'ok' | 'missing' | 'wrong';
  /** Text of the DNS record; null if there is none, or several. */
  record!: string | null;
  /** Explanation for people: the state, its effect, and the way to mend it. */
  sentence!: string;
}

class DeliverabilityAnswer {
  /** Domain of the account's address. */
  domain!: string;
  /** Servers that may send for the domain (SPF, RFC 7208); `wrong` also if the outgoing server is not among them. */
  spf!: RecordAnswer;
  /** Key of signatures (DKIM, RFC 6376), found under the names that providers use. */
  dkim!: RecordAnswer;
  /** Policy for mail that fails both (DMARC, RFC 7489), of the domain or its organisation. */
  dmarc!: RecordAnswer;
}

const JUDGEMENTS = 60;
const WINDOW_S = 10 * 60;

/** Limits judgements, because each one asks name servers of other organisations. Each process counts for itself. */
@Injectable()
export class DeliverabilityThrottle {
  private readonly limiter = new RateLimiterMemory({ points: JUDGEMENTS, duration: WINDOW_S });

  /** @throws Refused 429 */
  async mayJudge(caller: string): Promise<void> {
    const detail = 'Too many looks at DNS records.';
    await throttle(this.limiter, caller, { reason: 'too-many-dns-looks', detail });
  }
}

@Controller('api/accounts')
export class ShowDeliverabilityEndpoint {
  constructor(
    private readonly access: Access,
    private readonly decide: Decide,
    private readonly deliverability: Deliverability,
    private readonly throttle: DeliverabilityThrottle,
  ) {}

  @Get(':id/deliverability')
  @ApiOperation({
    summary: 'Judges the DNS records of the account’s domain by which receivers recognise its mail: SPF, DKIM, DMARC.',
  })
  @ApiOkResponse({ type: DeliverabilityAnswer })
  async show(@Param('id') accountId: string, @Asked() caller: Caller): Promise<DeliverabilityAnswer> {
    await mailScope(this.access, caller, accountId);
    const { state } = await this.decide.load(accountStream(accountId), account);
    if (state.status !== 'open') throw new Refused('account-not-found', 'not-found');
    await this.throttle.mayJudge(caller.actor.id);
    const { address, outgoing } = state.settings;
    return this.deliverability.judge(address, outgoing.host).catch((error: unknown) => {
      if (error instanceof NameServersFailed)
        throw new Refused(
          'name-servers-do-not-answer',
          'unavailable',
          'The name servers do not answer. Nothing is known about the records now. Try again in a minute.',
        );
      throw error;
    });
  }
}
