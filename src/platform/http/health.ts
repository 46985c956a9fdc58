import { Controller, Get, HttpCode, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { OpenToAll } from '../auth/caller.js';
import { Blobs } from '../blobs/blobs.js';
import { Checkpoints } from '../followers/checkpoints.js';
import type { Position } from '../log/event-store.js';
import { Leases } from '../followers/leases.js';
import { helperThreads } from '../helper-threads.js';
import { FactLog } from '../log/fact-log.js';

class FollowerFailureAnswer {
  /** Id of the fact that the follower could not handle; null when the failure has no single fact. */
  factId!: string | null;
  /** Position of that fact in the log. */
  position!: string;
  /** Error message, for the operator. */
  message!: string;
}

class FollowerHealth {
  /** Name of the projection or saga, with its version, such as `people@2`. */
  name!: string;
  /** Position of the last fact that the follower has handled. */
  position!: string;
  /** Distance to the end of the log, in positions: facts on PostgreSQL, bytes on EventStoreDB. */
  lag!: number;
  /** ISO 8601 UTC: last time at which the follower had no further fact to read; null before the first time. */
  atHead!: string | null;
  /** Failure that stopped the follower until the next start of the service; null while the follower runs. */
  failure!: FollowerFailureAnswer | null;
}

class HelperThreadsHealth {
  /** Work of these threads of this process, such as `reading messages`. */
  name!: string;
  /** `failing`: they cannot start or hang, and are started again and again. */
  state!: 'running' | 'failing';
  /** Reason of the failure, for the operator; null while they run. */
  reason!: string | null;
  /** ISO 8601 UTC: time of the first failure; null while they run. */
  since!: string | null;
}

class BlobsHealth {
  /** Number of messages with missing or damaged bytes, which are being fetched again from their mail servers. */
  missing!: number;
  /** Number of messages with missing or damaged bytes that no mail server has any more. */
  lost!: number;
}

class WorkHealth {
  /** Kind of slow work, such as `fetching`. */
  name!: string;
  /** Number of accounts with such work in progress, over all processes. */
  running!: number;
  /** Number of accounts with paused work; it goes on by itself after the outage. */
  paused!: number;
  /** Reasons of the pauses, stable words in kebab case, such as `log-not-answering` or `disk-full`. */
  reasons!: string[];
}

class Liveness {
  /** Always `live`: the process answers requests. */
  status!: 'live';
}

class Readiness {
  /**
   * `ready`; `degraded`: the service works, but a follower has stopped, helper threads fail, or work pauses;
   * `not-ready`: a part does not answer.
   */
  status!: 'ready' | 'degraded' | 'not-ready';
  /** State of the `database` and of the `log`, by name of the part. */
  parts!: Record<string, 'ok' | 'not-answering'>;
  /** Position of the last fact in the log; null when the log does not answer. */
  head!: string | null;
  /** Progress of each follower of the log; empty when a part does not answer. */
  followers!: FollowerHealth[];
  /** State of the helper threads of this process. */
  threads!: HelperThreadsHealth[];
  /** Known damage of the message store; null when the database does not answer. */
  blobs!: BlobsHealth | null;
  /** Slow work in progress, by kind; empty when the database does not answer. */
  work!: WorkHealth[];
}

/** Injection token: names of this release's followers. The checkpoints of an earlier release may have more. */
export const FOLLOWERS = Symbol('followers');

/** Health needs no session and no token, and names no person. */
@Controller('health')
@OpenToAll()
export class HealthEndpoint {
  constructor(
    private readonly database: DataSource,
    private readonly log: FactLog,
    private readonly checkpoints: Checkpoints,
    private readonly blobs: Blobs,
    private readonly leases: Leases,
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
    const [database, head] = await Promise.all([answers(() => this.database.query('select 1')), this.headOrNull()]);
    const parts = { database: database ? 'ok' : 'not-answering', log: head !== null ? 'ok' : 'not-answering' } as const;
    const threads = helperThreads().map((each) => ({ ...each, since: each.since?.toISOString() ?? null }));
    const work = database ? await this.leases.list().catch(() => []) : [];
    if (!database || head === null) {
      void reply.status(503);
      return { status: 'not-ready', parts, head, followers: [], threads, blobs: null, work };
    }
    const blobs = await this.blobs.missing.counts();
    const rows = (await this.checkpoints.list()).filter(({ name }) => this.names.has(name));
    const followers = rows.map(({ name, position, atHead, failure }): FollowerHealth => ({
      name,
      position,
      lag: Math.max(0, Number(BigInt(head) - BigInt(position))),
      atHead: atHead?.toISOString() ?? null,
      failure,
    }));
    const failing =
      followers.some(({ failure }) => failure) ||
      threads.some(({ state }) => state === 'failing') ||
      work.some(({ paused }) => paused > 0);
    return { status: failing ? 'degraded' : 'ready', parts, head, followers, threads, blobs, work };
  }

  private async headOrNull(): Promise<Position | null> {
    return this.log.store.head().catch(() => null);
  }
}

const answers = (ask: () => Promise<unknown>): Promise<boolean> =>
  ask().then(
    () => true,
    () => false,
  );
