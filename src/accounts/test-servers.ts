import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ConnectionNews } from './connection/connection-news.js';
import type { MailServerFailure } from '../mail/servers/servers.js';
import { MailLogins } from './sign-in/mail-logins.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import type { Origin } from '../platform/commands/decide.js';
import { SettingChanges } from './setting-changes.js';
import { requireMailModule } from '../access/mail-scope.js';

class ServerTestAnswer {
  /** True if the server accepted the login. */
  ok!: boolean;
  /** Reason of the failure: `login-refused`, `host-unknown`, `unreachable`, `tls-failed` and others; absent if `ok`. */
  error?: string;
  /** Message of the server about the failure, for people; absent if `ok` or if the server sent none. */
  detail?: string;
}

class ServersTestAnswer {
  /** Result of the IMAP server. */
  incoming!: ServerTestAnswer;
  /** Result of the SMTP server. */
  outgoing!: ServerTestAnswer;
}

class TestServers extends Command<ServersTestAnswer> {
  constructor(
    readonly accountId: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(TestServers)
export class TestServersHandler implements ICommandHandler<TestServers> {
  constructor(
    private readonly changes: SettingChanges,
    private readonly logins: MailLogins,
    private readonly connection: ConnectionNews,
  ) {}

  async execute({ accountId, origin }: TestServers): Promise<ServersTestAnswer> {
    const account = await this.changes.open(accountId, origin);
    const { incoming, outgoing, sendOnly } = account.settings;
    const failed = await this.logins.tryEach(accountId, account, { incoming, outgoing });
    // A sending account does not use its incoming server.
    const failure = (sendOnly ? undefined : failed.incoming) ?? failed.outgoing;
    await (failure
      ? this.connection.failed(accountId, account, failure, origin)
      : this.connection.accepted(accountId, account, origin));
    return { incoming: toAnswer(failed.incoming), outgoing: toAnswer(failed.outgoing) };
  }
}

const toAnswer = (failure: MailServerFailure | undefined): ServerTestAnswer =>
  failure === undefined
    ? { ok: true }
    : { ok: false, error: failure.reason, ...(failure.detail === '' ? {} : { detail: failure.detail }) };

@Controller('api/accounts')
export class TestServersEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Tries the current login of an account at both mail servers.' })
  @ApiOkResponse({ type: ServersTestAnswer })
  test(@Param('id') id: string, @Asked() caller: Caller): Promise<ServersTestAnswer> {
    requireMailModule(caller);
    return this.commands.execute(new TestServers(id, caller.origin));
  }
}
