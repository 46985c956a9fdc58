import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { OpenToAll } from '../auth/caller.js';
import { Checkpoints } from '../followers/checkpoints.js';
import type { Position } from '../log/event-store.js';
import { FactLog } from '../log/fact-log.js';

export class FollowerFailureAnswer {
  factId!: string | null;
  position!: string;
  message!: string;
}

export class FollowerHealth {
  /** projection or saga, with its version */
  name!: string;
  position!: string;
  /** distance to the end of the log, in positions: facts on PostgreSQL, bytes on EventStoreDB */
  lag!: number;
  /** when it last had nothing further to read */
  atHead!: string | null;
  /** the fact at which it stopped, and why; it goes on after the next start */
  failure!: FollowerFailureAnswer | null;
}

export class Liveness {
  status!: 'live';
}

export class Readiness {
  /** `degraded`: works, but a follower has stopped */
  status!: 'ready' | 'degraded' | 'not-ready';
  parts!: Record<string, 'ok' | 'not-answering'>;
  head!: string | null;
  followers!: FollowerHealth[];
}

/** Health asks nobody who he is, and names no person. */
@Controller('health')
@OpenToAll()
export class HealthEndpoint {
  constructor(
    private readonly database: DataSource,
    private readonly log: FactLog,
    private readonly checkpoints: Checkpoints,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Answers as long as the process works' })
  @ApiOkResponse({ type: Liveness })
  isLive(): Liveness {
    return { status: 'live' };
  }

  @Get('ready')
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether the parts answer, and how far each follower of the log has come' })
  @ApiOkResponse({ type: Readiness })
  @ApiServiceUnavailableResponse({ type: Readiness, description: 'Not available right now: a part does not answer' })
  async isReady(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const [database, head] = await Promise.all([answers(() => this.database.query('select 1')), this.headOrNull()]);
    const parts = { database: database ? 'ok' : 'not-answering', log: head !== null ? 'ok' : 'not-answering' } as const;
    if (!database || head === null) {
      void reply.status(503);
      return { status: 'not-ready', parts, head, followers: [] };
    }
    const followers = (await this.checkpoints.list()).map(({ name, position, atHead, failure }): FollowerHealth => ({
      name,
      position,
      lag: Math.max(0, Number(BigInt(head) - BigInt(position))),
      atHead: atHead?.toISOString() ?? null,
      failure,
    }));
    return { status: followers.some(({ failure }) => failure) ? 'degraded' : 'ready', parts, head, followers };
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
