import {
  type CanActivate,
  type ExecutionContext,
  type DynamicModule,
  Injectable,
  Module,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { DataSource } from 'typeorm';
import { Matches } from '../projections/mailbox-view/matches.js';
import { Openings } from '../projections/mailbox-view/openings.js';
import { SearchPosition } from '../projections/mail-search/search-position.js';
import { mailSearch } from '../projections/mail-search/mail-search.js';
import { mailboxView } from '../projections/mailbox-view/mailbox-view.js';
import { DraftSearch } from '../projections/mailbox-view/draft-search.js';
import { WantedMessages } from '../projections/mailbox-view/wanted-messages.js';
import { Presences } from '../projections/presence/presence.js';
import { ReadMarks } from '../projections/reading/read-marks.js';
import { reading } from '../projections/reading/reading.js';
import { VisibleMessages } from '../projections/mailbox-view/visible-message.js';
import { RawMessages } from '../projections/mailbox-view/raw-messages.js';
import { whoMayDoWhat } from '../src/access/who-may-do-what.js';
import { closeMessageWorkers } from '../src/mail/reading/message.js';
import { messageKey } from '../src/messages/message.events.js';
import { Access } from '../src/access/access.js';
import type { AskedRequest, Caller } from '../src/platform/auth/caller.js';
import { BlobPlaces } from '../src/platform/blobs/blob-places.js';
import { Blobs } from '../src/platform/blobs/blobs.js';
import { Checkpoints } from '../src/platform/followers/checkpoints.js';
import { DataKeys } from '../src/platform/secrets/data-keys.js';
import { poolOf } from '../src/platform/database/database.js';
import { START } from '../src/platform/log/event-store.js';
import { ShownDrafts } from '../src/access/shown-drafts.js';
import { WithDrafts } from '../projections/mailbox-view/with-drafts.js';
import { ImportedLog } from '../src/platform/moving/imported-log.js';
import { validation } from '../src/platform/http/input.js';
import { boundInput } from '../src/platform/http/input-bounds.js';
import { ProblemFilter } from '../src/platform/http/problems.js';
import { ReadPosition } from '../src/platform/http/read-position.js';
import { MasterKey } from '../src/platform/secrets/master-key.js';
import { MessageReader } from '../src/mail/reading/message-reader.js';
import { administrator, auditor, user } from './examples/callers.js';
import { ProjectionsUnderTest } from './given-projection.js';

const CALLERS: Record<string, () => Caller> = {
  administrator,
  auditor,
  ben: () => user('ben', 'sales'),
  dan: () => user('dan'),
};

/** The header `x-caller` names the caller. */
@Injectable()
class CallerByName implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<AskedRequest>();
    const caller = CALLERS[String(request.headers['x-caller'] ?? 'administrator')]?.();
    if (caller) request.caller = caller;
    return caller !== undefined;
  }
}

export type CallerName = 'administrator' | 'auditor' | 'ben' | 'dan';
export interface HttpAnswer {
  status: number;
  headers: Headers;
  body: Buffer;
}

/** Drafts of the service have specs of their own. */
const NO_DRAFTS: ShownDrafts = { of: () => Promise.resolve(new Map()) };

@Module({})
class MailboxModule {}

/** The read side of mail with its HTTP endpoints, and with messages in a blob store. */
export class MailboxOverHttp {
  private constructor(
    readonly under: ProjectionsUnderTest,
    private readonly app: NestFastifyApplication,
    private readonly url: string,
    private readonly keys: DataKeys,
    private readonly blobs: Blobs,
    private readonly dir: string,
  ) {}

  static async open(slices: { endpoints: Type[]; handlers: Type[] }): Promise<MailboxOverHttp> {
    const dir = await mkdtemp(join(tmpdir(), 'mailroom-test-blobs-'));
    const reader = new MessageReader();
    const lazily: Pick<RawMessages, 'sealed' | 'report'> = {
      sealed: (message) => raws.sealed(message),
      report: (id) => raws.report(id),
    };
    const under = await ProjectionsUnderTest.open(mailboxView, reading, mailSearch(lazily, reader), whoMayDoWhat);
    const blobs = await Blobs.open(dir, poolOf(under.database));
    const keys = new DataKeys(poolOf(under.database), new MasterKey(Buffer.alloc(32, 7)));
    const raws = new RawMessages(blobs, keys);
    const module: DynamicModule = {
      module: MailboxModule,
      imports: [CqrsModule.forRoot()],
      controllers: slices.endpoints,
      providers: [
        { provide: DataSource, useValue: under.database },
        { provide: Access, useValue: under.access },
        { provide: Checkpoints, useValue: under.checkpoints },
        { provide: ImportedLog, useValue: new ImportedLog(undefined, () => Promise.resolve(START)) },
        { provide: ShownDrafts, useValue: NO_DRAFTS },
        WithDrafts,
        { provide: RawMessages, useValue: raws },
        { provide: MessageReader, useValue: reader },
        { provide: APP_GUARD, useClass: CallerByName },
        { provide: APP_INTERCEPTOR, useClass: ReadPosition },
        Matches,
        VisibleMessages,
        WantedMessages,
        DraftSearch,
        { provide: Presences, useValue: { others: () => Promise.resolve([]) } },
        ReadMarks,
        Openings,
        SearchPosition,
        ...slices.handlers,
      ],
    };
    const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    });
    app.useGlobalPipes(validation());
    app.useGlobalFilters(new ProblemFilter(pino({ level: 'silent' })));
    boundInput(app.getHttpAdapter().getInstance());
    await app.listen(0, '127.0.0.1');
    return new MailboxOverHttp(under, app, await app.getUrl(), keys, blobs, dir);
  }

  /** Stores the bytes of a message under its key and returns their hash. */
  async keep(messageId: string, raw: string | Buffer): Promise<string> {
    const key = (await this.keys.ensure([messageKey(messageId)])).get(messageKey(messageId));
    if (!key) throw new Error(`the key of ${messageId} was destroyed`);
    await this.blobs.keep([{ blob: await this.blobs.write(Buffer.from(raw)), name: messageId, key }]);
    return createHash('sha256').update(raw).digest('hex');
  }

  async erase(messageId: string): Promise<void> {
    await this.keys.destroy([messageKey(messageId)]);
  }

  async damage(messageId: string): Promise<void> {
    const { pack } = (await new BlobPlaces(poolOf(this.under.database)).find([messageId])).get(messageId)!;
    await writeFile(join(this.dir, pack[0]!, pack), 'other bytes than before');
  }

  async get(
    path: string,
    caller: CallerName = 'administrator',
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    const answer = await fetch(this.url + path, { headers: { 'x-caller': caller, ...headers } });
    return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.under.close();
    await closeMessageWorkers();
    await rm(this.dir, { recursive: true });
  }
}

export const jsonOf = ({ body }: HttpAnswer): Record<string, unknown> =>
  JSON.parse(body.toString()) as Record<string, unknown>;
