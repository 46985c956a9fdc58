import { Controller, Get, Headers, Req, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  ApiTooManyRequestsResponse,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { presented } from '../../src/access/callers.js';
import { Asked, type AskedRequest, type Caller } from '../../src/platform/auth/caller.js';
import { fingerprint } from '../../src/platform/auth/credentials.js';
import type { Slice } from '../../src/platform/slice.js';
import { LiveStream } from './live-stream.js';
import { LiveStreams } from './live-streams.js';
import type { Kind } from './notifications.js';

/** The data of an event; its `id:` is the position. */
class LiveEvent {
  /**
   * Kind of the changed resource; `presence`: a person came to a message or left it; `reset`: the stream left out
   * events, so reload everything.
   */
  kind!: Kind | 'presence' | 'reset';
  /** Id of the changed resource, for `access` of the user; null: many messages at once, or a reset. */
  id!: string | null;
  /** Id of the account that the resource belongs to; null if none. */
  accountId!: string | null;
  /** Only of `presence`: id of the user. */
  userId?: string;
  /** Only of `presence`: state of the user at the message. */
  state?: 'viewing' | 'answering' | 'gone';
  /** Position of the change: a query with `X-Wait-For: <position>` shows the change. */
  position!: string;
}

const UNBUFFERED = { 'X-Accel-Buffering': 'no', Connection: 'keep-alive' };

@ApiTags('live')
@Controller('api/live')
class LiveEndpoint {
  constructor(private readonly live: LiveStreams) {}

  @Get()
  @ApiOperation({
    summary: 'Streams the changes that concern the caller as server-sent events.',
    description:
      'The stream holds only changes that the caller may know at that moment. ' +
      'A comment every 20 seconds shows that the stream is alive. ' +
      'The stream ends when the caller loses access, and when the client does not read.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Id of the last received event: the stream continues after it. Browsers send the header themselves.',
  })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ type: LiveEvent })
  @ApiTooManyRequestsResponse({
    description: 'Too Many Requests: the caller has too many live streams. `Retry-After` says when to try again.',
  })
  async follow(
    @Req() request: AskedRequest,
    @Res() reply: FastifyReply,
    @Asked() caller: Caller,
    @Headers('last-event-id') lastEventId: string | undefined,
  ): Promise<void> {
    const identity = { userId: caller.userId, tokenId: caller.tokenId ?? null };
    await this.live.ready(identity);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...reply.getHeaders(),
      ...UNBUFFERED,
      'Content-Type': 'text/event-stream; charset=utf-8',
      'X-Position': this.live.position,
    } as Record<string, string>);
    if (request.method === 'HEAD') return void raw.end();
    raw.flushHeaders();
    request.socket.setKeepAlive(true, 30_000);
    const stream = new LiveStream(raw, fingerprint(presented(request)!.secret));
    await this.live.join(stream, identity, lastEventId || undefined);
  }
}

export const liveQueries: Slice = {
  endpoints: [LiveEndpoint],
  handlers: [],
  services: [LiveStreams],
};
