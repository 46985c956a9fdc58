import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags, ApiTooManyRequestsResponse } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { QueryBoolean } from '../../src/platform/http/input.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { MessageReader } from '../../src/mail/reading/message-reader.js';
import { Presences } from '../presence/presence.js';
import { ReadMarks } from '../reading/read-marks.js';
import { reading } from '../reading/reading.js';
import { Openings } from './openings.js';
import { RawMessages } from './raw-messages.js';
import { mailboxView } from './mailbox-view.js';
import { MessageAnswer, toAttachment, toSummary } from './message-answer.js';
import { VisibleMessages } from './visible-message.js';
import { withContent, WithDrafts } from './with-drafts.js';

class OpenMessageParameters {
  /** True to load images from other servers, which may tell the sender that the message is read. Default false. */
  @QueryBoolean()
  @IsBoolean()
  images: boolean = false;
}

class OpenMessage extends Query<MessageAnswer> {
  constructor(
    readonly caller: Caller,
    readonly messageId: string,
    readonly images: boolean,
  ) {
    super();
  }
}

@QueryHandler(OpenMessage)
export class OpenMessageHandler implements IQueryHandler<OpenMessage> {
  constructor(
    private readonly messages: VisibleMessages,
    private readonly raws: RawMessages,
    private readonly reader: MessageReader,
    private readonly readMarks: ReadMarks,
    private readonly presences: Presences,
    private readonly drafts: WithDrafts,
  ) {}

  async execute({ caller, messageId, images }: OpenMessage): Promise<MessageAnswer> {
    const row = await this.messages.one(caller, messageId);
    const [seenBy, present] = await Promise.all([
      this.readMarks.of(messageId),
      this.presences.others(messageId, row.accountId, caller.userId),
    ]);
    const closed = {
      ...toSummary(row),
      seenBy,
      present,
      html: null,
      imagesRemoved: false,
      text: null,
      protection: null,
    };
    if (row.isDraftHere) {
      const content = await this.drafts.contentOf(row);
      if (!content) throw new Refused('message-not-found', 'not-found');
      const { html, text } = content;
      return { ...closed, ...withContent(toSummary(row), content), html, text, content: 'complete' };
    }
    const raw = await this.raws.read(row);
    if (!Buffer.isBuffer(raw)) return { ...closed, content: raw };
    const shown = { images, attachmentsUrl: `/api/messages/${messageId}/attachments` };
    const opened = await this.reader.open(raw, { shown, caller: caller.actor.id });
    if (!opened.parsed) return { ...closed, content: 'unreadable' };
    return {
      ...closed,
      html: opened.html,
      imagesRemoved: opened.imagesRemoved,
      text: opened.text,
      protection: opened.protection,
      attachments: opened.complete ? opened.attachments.map(toAttachment) : closed.attachments,
      content: opened.complete ? 'complete' : 'cut',
    };
  }
}

@ApiTags('mail')
@Controller('api/messages')
export class OpenMessageEndpoint {
  constructor(
    private readonly queries: QueryBus,
    private readonly openings: Openings,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'Shows one message with its text, HTML and attachments.' })
  @ReadsFrom(mailboxView, reading)
  @ApiOkResponse({ type: MessageAnswer })
  @ApiTooManyRequestsResponse({
    description:
      'Too Many Requests: too many messages of the caller wait already. `Retry-After` says when to try again.',
  })
  open(
    @Param('id') messageId: string,
    @QueryParameters() { images }: OpenMessageParameters,
    @Asked() caller: Caller,
  ): Promise<MessageAnswer> {
    return this.openings.inTurn(caller, () => this.queries.execute(new OpenMessage(caller, messageId, images)));
  }
}
