import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { mayAddAccounts } from '../account.decider.js';
import { AccountServers } from '../account-servers.js';
import { ADDRESS, ServerBody } from '../account-settings.js';

export class DetectServersBody {
  @IsString()
  @MaxLength(254)
  @Matches(ADDRESS, { message: 'must be a mail address' })
  address!: string;
}

export class DetectedServers {
  incoming!: ServerBody;
  outgoing!: ServerBody;
  /** what to log in with */
  login!: string;
  /** how to prove who one is: with the password of the mailbox, with one made for this program, or at the provider's own page */
  signIn!: 'password' | 'app-password' | 'microsoft' | 'google';
  /** who said so */
  source!: 'provider' | 'mx' | 'autoconfig' | 'srv' | 'guess';
}

/** A question that needs the whole world to be answered: it changes nothing. */
@Controller('api/accounts/detect')
export class DetectServersEndpoint {
  constructor(private readonly servers: AccountServers) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Finds the mail servers of an address, and how one signs in there' })
  @ApiOkResponse({ type: DetectedServers })
  async detect(@Body() { address }: DetectServersBody, @Asked() caller: Caller): Promise<DetectedServers> {
    mayAddAccounts(caller.actor, caller.accounts.size > 0, []);
    const { incoming, outgoing, logins, signIn, source } = await this.servers.find(address, caller.actor);
    return { incoming, outgoing, login: logins[0]!, signIn, source };
  }
}
