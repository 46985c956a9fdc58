import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { withoutFinalDot } from '../../mail/reading/normal-address.js';
import { Tidied } from '../../platform/http/input.js';
import { AnswersSecret } from '../../platform/http/idempotency.js';
import { mayAddAccounts } from '../account.decider.js';
import { AccountServers } from '../account-servers.js';
import { ADDRESS, ServerBody } from '../account-settings.js';

class DetectServersBody {
  /** Mail address to find the servers of. */
  @Tidied(withoutFinalDot)
  @IsString()
  @MaxLength(254)
  @Matches(ADDRESS, { message: 'must be a mail address' })
  address!: string;
}

class DetectedServers {
  /** IMAP server. */
  incoming!: ServerBody;
  /** SMTP server. */
  outgoing!: ServerBody;
  /** Login name at both servers. */
  login!: string;
  /**
   * Proof that the servers accept: `password` of the mailbox, `app-password` made for this program, or a sign-in at the
   * page of `google` or `microsoft`.
   */
  signIn!: 'password' | 'app-password' | 'microsoft' | 'google';
  /**
   * Source of the answer: `provider` (list of known providers), `mx` (mail exchangers of the domain), `autoconfig`
   * (published file), `srv` (DNS records, RFC 6186), `guess` (tried host names).
   */
  source!: 'provider' | 'mx' | 'autoconfig' | 'srv' | 'guess';
}

@Controller('api/accounts/detect')
export class DetectServersEndpoint {
  constructor(private readonly servers: AccountServers) {}

  @Post()
  @HttpCode(200)
  @AnswersSecret()
  @ApiOperation({ summary: 'Finds the mail servers of an address and their way to sign in. Changes nothing.' })
  @ApiOkResponse({ type: DetectedServers })
  async detect(@Body() { address }: DetectServersBody, @Asked() caller: Caller): Promise<DetectedServers> {
    mayAddAccounts(caller.actor, caller.accounts.size > 0, []);
    const { incoming, outgoing, logins, signIn, source } = await this.servers.find(address, caller.actor);
    return { incoming, outgoing, login: logins[0]!, signIn, source };
  }
}
