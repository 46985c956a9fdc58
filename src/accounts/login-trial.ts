import { Injectable } from '@nestjs/common';
import { ConnectionNews } from '../mail/connection-news.js';
import { MailServers } from '../mail/mail-servers.js';
import type { Origin } from '../platform/decide.js';
import { CommandAnswer, laterOf } from '../platform/http/answers.js';
import type { Settings } from './account.events.js';

export class TriedAnswer extends CommandAnswer {
  /** whether the mail servers took the login; what was asked is recorded either way */
  login!: 'accepted' | 'refused';
  /** which server did not take it */
  server?: 'incoming' | 'outgoing';
  /** why: `login-refused`, `unreachable` … */
  reason?: string;
}

/** Tries a login that has just been recorded, and puts what the servers say on record. */
@Injectable()
export class LoginTrial {
  constructor(
    private readonly servers: MailServers,
    private readonly connection: ConnectionNews,
  ) {}

  async try(
    accountId: string,
    { login, incoming, outgoing, sendOnly }: Settings,
    password: string,
    recorded: CommandAnswer,
    origin: Origin,
  ): Promise<TriedAnswer> {
    const failure = await this.servers.tryLogins({ incoming: sendOnly ? null : incoming, outgoing }, { login, password });
    const told = failure
      ? await this.connection.failed(accountId, failure, origin)
      : await this.connection.accepted(accountId, origin);
    const done = { ...recorded, position: laterOf(recorded.position, told) };
    return failure
      ? { ...done, login: 'refused', server: failure.server, reason: failure.reason }
      : { ...done, login: 'accepted' };
  }
}
