import { once } from 'node:events';
import { Controller, Post, Req, Res } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiHeader, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Readable } from 'node:stream';
import { mailOf } from '../access/mail-scope.js';
import { Asked, type AskedRequest, type Caller } from '../platform/auth/caller.js';
import { AnswersSecret } from '../platform/http/idempotency.js';
import { sentType } from '../platform/http/streamed-bodies.js';
import { filenameIn } from './content-disposition.js';
import { type Upload, Uploads } from './uploads.js';

class UploadAnswer implements Upload {
  /** Id of the file, for the attachments of a message or a draft. */
  id!: string;
  /** Name of the file, without folders and characters that file systems refuse. */
  filename!: string;
  /** Media type of the file, as the request gave it, without parameters. */
  contentType!: string;
  /** Octets of the file. */
  size!: number;
}

/** Time in which the rest of a refused body is thrown away. */
const DISCARDED_MS = 2000;

class UploadFile extends Command<UploadAnswer> {
  constructor(
    readonly owner: string,
    readonly file: { filename: string; contentType: string; declared: number | null },
    readonly body: Readable,
  ) {
    super();
  }
}

@CommandHandler(UploadFile)
export class UploadFileHandler implements ICommandHandler<UploadFile> {
  constructor(private readonly uploads: Uploads) {}

  execute({ owner, file, body }: UploadFile): Promise<UploadAnswer> {
    // A destroyed request would take the connection of its answer with it.
    return this.uploads.receive(owner, file, body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>);
  }
}

@Controller('api/uploads')
export class UploadFileEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @AnswersSecret()
  @ApiOperation({
    summary: 'Stores a file for a message: the body of the request. It is kept for 24 hours, unless a draft holds it.',
  })
  @ApiConsumes('application/octet-stream')
  @ApiBody({
    description: 'The bytes of the file, at most 50 MB, of any media type.',
    schema: { type: 'string', format: 'binary' },
  })
  @ApiHeader({
    name: 'Content-Disposition',
    description: "Name of the file: `attachment; filename*=UTF-8''offer.pdf` (RFC 6266). Default: `file`.",
    schema: { type: 'string' },
  })
  @ApiCreatedResponse({ type: UploadAnswer })
  async upload(
    @Req() request: AskedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Asked() caller: Caller,
  ): Promise<UploadAnswer> {
    mailOf(caller);
    const length = request.headers['content-length'];
    const file = {
      filename: filenameIn(request.headers['content-disposition'] ?? '') ?? '',
      contentType: sentType(request),
      declared: length === undefined ? null : Number(length),
    };
    try {
      return await this.commands.execute(new UploadFile(caller.actor.id, file, request.raw));
    } catch (error) {
      if (!request.raw.complete) {
        void reply.header('Connection', 'close');
        await discarded(request.raw);
      }
      throw error;
    }
  }
}

/** Most clients read the answer only once they have sent the body: its rest is thrown away for a short time. */
async function discarded(body: Readable): Promise<void> {
  body.resume();
  await once(body, 'close', { signal: AbortSignal.timeout(DISCARDED_MS) }).catch(() => undefined);
}
