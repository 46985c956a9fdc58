import { Controller, Get, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags, ApiTooManyRequestsResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { MessageReader } from '../../src/mail/reading/message-reader.js';
import { InParts, partialFile, tagOf } from './partial-file.js';
import { RawMessages, requireReadable } from './raw-messages.js';
import { type File, NeverShown } from '../../src/platform/http/file-answer.js';
import { mailboxView } from './mailbox-view.js';
import { Openings } from './openings.js';
import { VisibleMessages } from './visible-message.js';

type Attachment = File & { content: Uint8Array };

class DownloadAttachment extends Query<Attachment> {
  constructor(
    readonly caller: Caller,
    readonly messageId: string,
    readonly index: string,
  ) {
    super();
  }
}

@QueryHandler(DownloadAttachment)
export class DownloadAttachmentHandler implements IQueryHandler<DownloadAttachment> {
  constructor(
    private readonly messages: VisibleMessages,
    private readonly raws: RawMessages,
    private readonly reader: MessageReader,
  ) {}

  async execute({ caller, messageId, index }: DownloadAttachment): Promise<Attachment> {
    const raw = await this.raws.read(await this.messages.one(caller, messageId));
    requireReadable(raw);
    const { attachments, unlisted, complete } = await this.reader.open(raw, { caller: caller.actor.id });
    const file = [...attachments, ...unlisted].find((attachment) => String(attachment.index) === index);
    if (file)
      return {
        name: file.filename || `attachment-${index}`,
        type: file.contentType,
        size: file.content.length,
        content: file.content,
      };
    if (complete) throw new Refused('attachment-not-found', 'not-found');
    throw new Refused(
      'message-cannot-be-opened',
      'conflict',
      'The message is too large or no valid message. Download the raw message instead.',
    );
  }
}

@ApiTags('mail')
@Controller('api/messages')
export class DownloadAttachmentEndpoint {
  constructor(
    private readonly queries: QueryBus,
    private readonly openings: Openings,
  ) {}

  @Get(':id/attachments/:index')
  @ApiOperation({ summary: 'Downloads one attachment of a message.' })
  @ReadsFrom(mailboxView)
  @NeverShown()
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @InParts()
  @ApiTooManyRequestsResponse({
    description:
      'Too Many Requests: too many messages of the caller wait already. `Retry-After` says when to try again.',
  })
  async download(
    @Param('id') messageId: string,
    @Param('index') index: string,
    @Asked() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const query = new DownloadAttachment(caller, messageId, index);
    const file = await this.openings.inTurn(caller, () => this.queries.execute(query));
    return partialFile(file, tagOf(messageId, index), request, reply);
  }
}
