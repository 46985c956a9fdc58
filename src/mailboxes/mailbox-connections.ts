import { Injectable } from '@nestjs/common';
import type { OpenAccount } from '../accounts/account.fold.js';
import { MailLogins } from '../accounts/sign-in/mail-logins.js';
import type { Imap } from '../mail/servers/imap.js';
import { MailServers } from '../mail/servers/mail-servers.js';
import { type Credentials, MailServerFailure } from '../mail/servers/servers.js';

/** Connections to the incoming server of an account. */
@Injectable()
export class MailboxConnections {
  constructor(
    private readonly logins: MailLogins,
    private readonly servers: MailServers,
  ) {}

  /** Logs in; with another access token if the server does not accept the first one. @throws MailServerFailure */
  async open(accountId: string, open: OpenAccount, signal: AbortSignal): Promise<Imap> {
    const { incoming } = open.settings;
    const credentials = await this.logins.of(accountId, open);
    try {
      return await this.servers.open(incoming, credentials, signal);
    } catch (error) {
      if (!isRefusedToken(error, credentials)) throw error;
      return this.servers.open(incoming, await this.logins.of(accountId, open, credentials), signal);
    }
  }
}

/** True for an access token that the mail server does not accept any more: a new one is asked for. */
export const isRefusedToken = (error: unknown, credentials: Credentials): boolean =>
  'accessToken' in credentials && error instanceof MailServerFailure && error.reason === 'login-refused';
