import { Injectable } from '@nestjs/common';
import { ConnectionNews } from './connection/connection-news.js';
import { MailServers } from '../mail/servers/mail-servers.js';
import { MailLogins } from './sign-in/mail-logins.js';
import type { Origin } from '../platform/commands/decide.js';
import { CommandAnswer, laterOf } from '../platform/http/answers.js';
import type { Settings } from './account.events.js';
import type { AccountLogin } from './account.fold.js';

export class TriedAnswer extends CommandAnswer {
  /** Result of the login at the mail servers. The change is recorded in both cases. */
  login!: 'accepted' | 'refused';
  /** Server that refused the login; absent unless `login` is `refused`. */
  server?: 'incoming' | 'outgoing';
  /** Reason of the refusal, such as `login-refused` or `unreachable`; absent unless `login` is `refused`. */
  reason?: string;
}

/** Tries a login that has just been recorded, and records the result. */
@Injectable()
export class LoginTrial {
  constructor(
    private readonly servers: MailServers,
    private readonly logins: MailLogins,
    private readonly connection: ConnectionNews,
  ) {}

  /** @param password of the request; undefined: the secret in the vault is tried */
  async try(
    accountId: string,
    account: AccountLogin & { settings: Settings },
    password: string | undefined,
    recorded: CommandAnswer,
    origin: Origin,
  ): Promise<TriedAnswer> {
    const { login, incoming, outgoing, sendOnly } = account.settings;
    const servers = { incoming: sendOnly ? null : incoming, outgoing };
    const failed = await (password === undefined
      ? this.logins.tryEach(accountId, account, servers)
      : this.servers.tryEach(servers, { login, password }));
    const failure = failed.incoming ?? failed.outgoing;
    const shownAt = failure
      ? await this.connection.failed(accountId, account, failure, origin)
      : await this.connection.accepted(accountId, account, origin);
    const done = { ...recorded, position: laterOf(recorded.position, shownAt) };
    return failure
      ? { ...done, login: 'refused', server: failure.server, reason: failure.reason }
      : { ...done, login: 'accepted' };
  }
}
