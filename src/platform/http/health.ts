import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, HttpCode, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { OpenToAll } from '../auth/caller.js';
import { Blobs } from '../blobs/blobs.js';
import { Checkpoints } from '../followers/checkpoints.js';
import { Heartbeats } from '../followers/heartbeats.js';
import { Leases } from '../followers/leases.js';
import { helperThreads } from '../helper-threads.js';
import { FactLog } from '../log/fact-log.js';
import type { Position } from '../log/event-store.js';
import { HeldWork } from './held-work.js';
import { type FollowerHealth, Liveness, Readiness } from './health-answer.js';

/** Injection token: names of this release's followers. The checkpoints of an earlier release may have more. */
export const FOLLOWERS = Symbol('followers');

/** A part that has not answered after this time does not answer. */
const ANSWER_MS = 4000;
const STALLED_MS = 60_000;

/** Health needs no session and no token, and names no person. */
@Controller('health')
@OpenToAll()
export class HealthEndpoint {
  constructor(
    private readonly log: FactLog,
    private readonly checkpoints: Checkpoints,
    private readonly heartbeats: Heartbeats,
    private readonly blobs: Blobs,
    private readonly leases: Leases,
    private readonly held: HeldWork,
    @Inject(FOLLOWERS) private readonly names: ReadonlySet<string>,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Answers as long as the process works.' })
  @ApiOkResponse({ type: Liveness })
  isLive(): Liveness {
    return { status: 'live' };
  }

  @Get('ready')
  @HttpCode(200)
  @ApiOperation({ summary: 'Reports the state of the parts and the progress of each follower of the log.' })
  @ApiOkResponse({ type: Readiness })
  @ApiServiceUnavailableResponse({ type: Readiness, description: 'Service Unavailable: a part does not answer.' })
  async isReady(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const [stored, head, blobFolder, held] = await Promise.all([
      inTime(this.stored()),
      inTime(this.log.store.head()),
      inTime(this.blobs.folder.check()),
      inTime(this.held.list()),
    ]);
    const readiness = {
      parts: { database: stored ? 'ok' : 'not-answering', log: head ? 'ok' : 'not-answering' } as const,
      head: head ?? null,
      threads: helperThreads().map((each) => ({ ...each, since: each.since?.toISOString() ?? null })),
      blobFolder: blobFolder ?? { state: 'failing' as const, reason: 'no answer in time', freeBytes: null },
      blobs: head && stored ? stored.blobs : null,
      followers: head && stored ? stored.checkpoints.map((each) => this.follower(each, head)) : [],
      work: stored?.work ?? [],
      held: held ?? [],
    };
    if (!stored || !head) void reply.status(503);
    return { status: !stored || !head ? 'not-ready' : isDegraded(readiness) ? 'degraded' : 'ready', ...readiness };
  }

  private async stored() {
    const [checkpoints, blobs, work] = await Promise.all([
      this.checkpoints.list(),
      this.blobs.missing.counts(),
      this.leases.list(),
    ]);
    return { checkpoints: checkpoints.filter(({ name }) => this.names.has(name)), blobs, work };
  }

  private follower(
    { name, position, atHead, failure, building, retry }: Awaited<ReturnType<Checkpoints['list']>>[number],
    head: Position,
  ): FollowerHealth {
    return {
      name,
      position,
      lag: Math.max(0, Number(BigInt(head) - BigInt(position))),
      atHead: atHead?.toISOString() ?? null,
      failure,
      building,
      retry: retry && { ...retry, since: retry.since.toISOString() },
      stalled: failure === null && building === null && this.heartbeats.silentMs(name) > STALLED_MS,
    };
  }
}

const isDegraded = ({ followers, threads, blobFolder, work, held }: Omit<Readiness, 'status'>): boolean =>
  followers.some((each) => each.failure !== null || each.retry !== null || each.building !== null || each.stalled) ||
  threads.some(({ state }) => state === 'failing') ||
  blobFolder.state !== 'ok' ||
  work.some(({ paused }) => paused > 0) ||
  held.length > 0;

/** Undefined after a failure, or without an answer in time. */
const inTime = <T>(answer: Promise<T>): Promise<T | undefined> =>
  Promise.race([answer.catch(() => undefined), pause(ANSWER_MS, undefined, { ref: false })]);
