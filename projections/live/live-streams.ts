import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Access } from '../../src/access/access.js';
import { Credentials } from '../../src/platform/auth/credentials.js';
import { Refused } from '../../src/platform/domain.js';
import { type Position, START } from '../../src/platform/log/event-store.js';
import { FactLog, type Recorded } from '../../src/platform/log/fact-log.js';
import type { Platform } from '../../src/platform/open-platform.js';
import { PLATFORM } from '../../src/platform/platform.module.js';
import { accountsOfTasks } from './accounts-of-tasks.js';
import { framesOf, type LiveStream } from './live-stream.js';
import { missedSince } from './missed.js';
import { frameOf, tell, type Told } from './telling.js';
import { mayBeTold, rightsOf, type Viewer, Viewers, type Who } from './viewers.js';
import { changesAccess, followed } from './notifications.js';

const MOST_STREAMS = 10_000;
const BEAT_MS = 20_000;
/** How long a client waits before it comes back, spread so that not all of them come at once. */
const retry = (): string => `retry: ${1000 + Math.floor(Math.random() * 2000)}\n`;

/** Every open stream of this process. One follower of the log serves them all. */
@Injectable()
export class LiveStreams implements OnModuleDestroy {
  private readonly viewers = new Viewers();
  private readonly stopping = new AbortController();
  private following: Promise<void> | undefined;
  private starting: Promise<void> | undefined;
  private refreshes = 0;
  private readonly beats: NodeJS.Timeout;
  /** everything up to here has been told */
  position: Position = START;

  constructor(
    private readonly log: FactLog,
    private readonly access: Access,
    private readonly credentials: Credentials,
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'logger'>,
  ) {
    this.beats = setInterval(() => void this.beat(), BEAT_MS).unref();
  }

  /** Once a stream can begin. @throws Refused 503 */
  async ready(): Promise<void> {
    if (this.stopping.signal.aborted) throw new Refused('stopping', 'unavailable', 'this process is about to end');
    if (this.viewers.streams >= MOST_STREAMS) throw new Refused('too-many-live-streams', 'unavailable');
    this.starting ??= this.start();
    await this.starting;
  }

  /** Ends only with what goes wrong; the stream goes on by itself. @param lastEventId as the client gave it */
  async join(stream: LiveStream, who: Who, lastEventId: string | undefined): Promise<void> {
    const viewer = this.viewers.add(who, stream);
    const start = this.position;
    try {
      await this.refresh([viewer]);
      const missed =
        lastEventId === undefined
          ? { from: start, told: [] }
          : await missedSince(this.log, lastEventId, start, stream.closed);
      const allowed = (one: Told): boolean => mayBeTold(viewer, one);
      if (missed === 'too-much')
        await stream.begin(`${retry()}${frameOf('reset', null, null, start)}`, [], start, allowed);
      else await stream.begin(`${retry()}id: ${missed.from}\n\n`, missed.told, missed.from, allowed);
    } catch (error) {
      if (!stream.closed.aborted)
        this.platform.logger.warn({ reason: (error as Error).message }, 'a live stream could not begin');
      stream.end();
    }
  }

  /** A sign of life to all, and a look at whether their sessions still stand: signing out leaves no fact. */
  async beat(): Promise<void> {
    for (const stream of this.viewers.allStreams()) stream.beat(this.position);
    if (this.viewers.streams > 0)
      await this.refresh(this.viewers.all()).catch((error: unknown) =>
        this.platform.logger.warn({ reason: (error as Error).message }, 'live streams could not be looked after'),
      );
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.beats);
    this.stopping.abort();
    for (const stream of this.viewers.allStreams()) stream.end();
    await this.following;
  }

  private async start(): Promise<void> {
    try {
      this.position = await this.log.store.head();
      this.following = this.follow();
    } catch (error) {
      this.starting = undefined;
      throw error;
    }
  }

  /** When it fails all streams end, rather than telling what it does not know to be allowed: their clients come back and resume. */
  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    try {
      for await (const { facts, position } of this.log.followSealed(this.position, { signal, types: followed })) {
        await this.learn(facts);
        if (this.viewers.streams > 0) this.deliver(tell(facts, await accountsOfTasks(this.log, facts)));
        this.position = position;
      }
    } catch (error) {
      this.platform.logger.error(
        { err: { message: (error as Error).message, stack: (error as Error).stack } },
        'live streams ended',
      );
      for (const stream of this.viewers.allStreams()) stream.end();
    } finally {
      this.starting = undefined;
    }
  }

  /** What follows a change of access in the log is told by what was changed. */
  private async learn(facts: readonly Recorded[]): Promise<void> {
    const change = facts.findLast(({ type }) => changesAccess.has(type));
    if (!change || this.viewers.streams === 0) return;
    for (const viewer of this.viewers.all()) viewer.before = viewer.rights;
    await this.access.knows(change.position);
    await this.refresh(this.viewers.all());
  }

  private deliver(told: readonly Told[]): void {
    if (told.length === 0) return;
    const forAdministrators = framesOf(told);
    for (const viewer of this.viewers.all()) {
      const { rights, streams } = viewer;
      const allowed = (one: Told): boolean => mayBeTold(viewer, one);
      let text = rights?.role === 'administrator' ? forAdministrators : undefined;
      for (const stream of streams) stream.deliver(told, allowed, () => (text ??= framesOf(told.filter(allowed))));
      viewer.before = undefined;
    }
  }

  /** Asks again what these may know; who may not follow any more is ended. An answer that is older than another is no answer. */
  private async refresh(viewers: readonly Viewer[]): Promise<void> {
    const turn = ++this.refreshes;
    const ids = (of: (who: Who) => string | null): string[] => [
      ...new Set(viewers.map(({ who }) => of(who)).filter((id) => id !== null)),
    ];
    const [people, tokens, inForce] = await Promise.all([
      this.access.people(ids(({ userId }) => userId)),
      this.access.tokens(ids(({ tokenId }) => tokenId)),
      this.credentials.inForce([
        ...new Set(viewers.flatMap(({ streams }) => [...streams].map(({ credential }) => credential))),
      ]),
    ]);
    for (const viewer of viewers) {
      if (viewer.turn > turn) continue;
      viewer.turn = turn;
      viewer.rights = rightsOf(viewer.who, people, tokens);
      const sessionsAfter = people.get(viewer.who.userId ?? '')?.sessionsAfter ?? START;
      for (const stream of viewer.streams) {
        const asOf = inForce.get(stream.credential);
        if (!viewer.rights || asOf === undefined || (asOf !== null && asOf < sessionsAfter)) stream.end();
      }
    }
  }
}
