import { Body, Controller, Post, Res } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { IsBoolean, IsEmail, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Asked, type Caller, requireAdministrator } from '../platform/auth/caller.js';
import { Checkpoints } from '../platform/followers/checkpoints.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { addressKey, earlierKeys } from '../mail/reading/address-keys.js';
import { tidyAddress } from '../mail/reading/normal-address.js';
import { MayBeLeftOut, Tidied } from '../platform/http/input.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { erasePersonWhenRequested } from './erase-person-when-requested.saga.js';
import { erasures } from './erasure.fold.js';
import { requestErasure } from './erasure.decider.js';
import { type Erased, erasureStream } from './erasure.events.js';
import { OwnPeople } from './own-people.js';
import { People } from './person.js';

const WAIT_MS = 10_000;
const AFTER_EVERYTHING = '9'.repeat(20);

class RequestErasureBody {
  /** Mail address of the person. If a contact has the address, all addresses of the contact are forgotten. */
  @Tidied(tidyAddress)
  @IsEmail({ require_tld: false })
  @MaxLength(254)
  address!: string;

  /** True to count the data of the person without erasing it. Default false. */
  @MayBeLeftOut()
  @IsBoolean()
  preview?: boolean;
}

class ErasureAnswer {
  /** Id of the erasure; null for a preview. */
  id!: string | null;
  /** `running` continues in the background, also after a restart: ask `GET /api/erasures/{id}` for the result. */
  state!: 'preview' | 'running' | 'done';
  /** Number of contacts of the person; all five numbers are null until the service has counted. */
  contacts!: number | null;
  /** Number of companies named after domains of the person, without other contacts; null until counted. */
  companies!: number | null;
  /** Number of messages with the person in any field of the header, in all accounts; null until counted. */
  messages!: number | null;
  /** Number of tasks about these messages and contacts; null until counted. */
  tasks!: number | null;
  /** Number of these messages with raw bytes in the store; null until counted. */
  blobs!: number | null;
  /** Revision of the erasures of this address; absent for a preview. */
  revision?: number;
  /**
   * Position of the erasure: a query with `X-Wait-For: <position>` shows no more of the person. Absent for a preview.
   */
  position?: string;
}

class RequestErasure extends Command<ErasureAnswer> {
  constructor(
    readonly asked: RequestErasureBody,
    readonly origin: Origin,
  ) {
    super();
  }
}

const NOT_KNOWN = { contacts: null, companies: null, messages: null, tasks: null, blobs: null };

@CommandHandler(RequestErasure)
export class RequestErasureHandler implements ICommandHandler<RequestErasure> {
  constructor(
    private readonly decide: Decide,
    private readonly master: MasterKey,
    private readonly people: People,
    private readonly own: OwnPeople,
    private readonly checkpoints: Checkpoints,
  ) {}

  async execute({ asked: { address, preview }, origin }: RequestErasure): Promise<ErasureAnswer> {
    await this.own.refuse(address);
    const key = addressKey(this.master, address);
    const otherKeys = earlierKeys(this.master, address);
    if (preview === true) {
      const person = await this.people.behind([key, ...otherKeys]);
      const counts = await this.people.count(person, AFTER_EVERYTHING);
      return { id: null, state: 'preview', ...counts, companies: person.companyIds.length };
    }
    const stream = erasureStream(key);
    const id = origin.commandId;
    const requested = await this.decide.on(stream, erasures, origin, (before) =>
      requestErasure(before, { erasureId: id, addressKey: key, otherKeys }),
    );
    await this.checkpoints.waitFor([erasePersonWhenRequested.name], requested.position, WAIT_MS);
    const { state, revision, position } = await this.decide.load(stream, erasures);
    const erased: Erased | null = state.get(id)?.erased ?? null;
    const counts = erased ? { ...erased, companies: erased.companies ?? 0 } : NOT_KNOWN;
    return { id, state: erased ? 'done' : 'running', ...counts, revision, position };
  }
}

@Controller('api/erasures')
export class RequestErasureEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @ApiOperation({
    summary:
      'Forgets a person: the contact, its mail in all accounts, its tasks, and a company that is named after its own domain. For administrators; later mail is new.',
  })
  @ApiOkResponse({ type: ErasureAnswer, description: 'Preview: nothing is erased.' })
  @ApiCreatedResponse({ type: ErasureAnswer, description: 'Erased.' })
  @ApiAcceptedResponse({ type: ErasureAnswer, description: 'Recorded: the erasure continues in the background.' })
  async request(
    @Body() body: RequestErasureBody,
    @Asked() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ErasureAnswer> {
    requireAdministrator(caller);
    const answer = await this.commands.execute(new RequestErasure(body, caller.origin));
    void reply.status({ preview: 200, running: 202, done: 201 }[answer.state]);
    return answer;
  }
}
