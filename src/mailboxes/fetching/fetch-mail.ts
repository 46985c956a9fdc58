import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOperation, ApiTags, ApiTooManyRequestsResponse } from '@nestjs/swagger';
import { accountStream } from '../../accounts/account.events.js';
import { account } from '../../accounts/account.fold.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import { Quotas } from '../../platform/http/quotas.js';
import { reached } from '../../platform/steps.js';
import { fetches } from '../fetch.fold.js';
import { startFetch } from './fetch.decider.js';
import { FetchWorker } from './fetch-worker.js';
import { fetchesStream } from '../mailbox.events.js';
import { mailOf, within } from '../../access/mail-scope.js';

class FetchMailAnswer {
  /** Id of the running fetch: of the new one, or of the one that was running already. */
  fetchId!: string;
  /** Position of the start of the fetch, for `X-Wait-For`. */
  position!: string;
}

class FetchMail extends Command<FetchMailAnswer> {
  constructor(
    readonly accountId: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(FetchMail)
export class FetchMailHandler implements ICommandHandler<FetchMail> {
  constructor(
    private readonly decide: Decide,
    private readonly worker: FetchWorker,
  ) {}

  async execute({ accountId, origin }: FetchMail): Promise<FetchMailAnswer> {
    const { state: mailbox } = await this.decide.load(accountStream(accountId), account);
    const fetchId = origin.commandId;
    const { state, position } = await this.decide.on(fetchesStream(accountId), fetches, origin, (running) =>
      startFetch(running, mailbox, accountId, fetchId),
    );
    reached('fetch.started');
    if (mailbox.status === 'open') this.worker.nudge(accountId, state.running!, mailbox.settings.incoming, origin.by);
    return { fetchId: state.running!, position };
  }
}

@ApiTags('fetches')
@Controller('api/accounts')
export class FetchMailEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly quotas: Quotas,
  ) {}

  @Post(':id/fetch')
  @HttpCode(202)
  @ApiOperation({ summary: 'Fetches new mail now; if a fetch is running already, answers with that fetch.' })
  @ApiAcceptedResponse({ type: FetchMailAnswer })
  @ApiTooManyRequestsResponse({
    description: 'Too Many Requests: the caller asked for too many fetches. `Retry-After` says when to try again.',
  })
  async fetch(@Param('id') id: string, @Asked() caller: Caller): Promise<FetchMailAnswer> {
    if (!within(mailOf(caller), id)) throw new Refused('account-not-found', 'not-found');
    await this.quotas.spend(caller, 'fetches');
    return this.commands.execute(new FetchMail(id, caller.origin));
  }
}
