import { Controller, Get, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { RawMessages, requireReadable } from './raw-messages.js';
import { type File, NeverShown } from '../../src/platform/http/file-answer.js';
import { InParts, partialFile, tagOf } from './partial-file.js';
import { mailboxView } from './mailbox-view.js';
import { VisibleMessages } from './visible-message.js';

const RFC822 = 'message/rfc822';

class DownloadMessage extends Query<File> {
  constructor(
    readonly caller: Caller,
    readonly messageId: string,
  ) {
    super();
  }
}

@QueryHandler(DownloadMessage)
export class DownloadMessageHandler implements IQueryHandler<DownloadMessage> {
  constructor(
    private readonly messages: VisibleMessages,
    private readonly raws: RawMessages,
  ) {}

  async execute({ caller, messageId }: DownloadMessage): Promise<File> {
    const row = await this.messages.one(caller, messageId);
    const raw = await this.raws.stream(row);
    requireReadable(raw);
    return { name: `${row.id}.eml`, type: RFC822, ...raw };
  }
}

@ApiTags('mail')
@Controller('api/messages')
export class DownloadMessageEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/raw')
  @ApiOperation({ summary: 'Downloads a message byte by byte as its server gave it (RFC 5322).' })
  @ReadsFrom(mailboxView)
  @NeverShown()
  @ApiProduces(RFC822)
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @InParts()
  async download(
    @Param('id') messageId: string,
    @Asked() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const file = await this.queries.execute(new DownloadMessage(caller, messageId));
    return partialFile(file, tagOf(messageId, 'raw'), request, reply);
  }
}
