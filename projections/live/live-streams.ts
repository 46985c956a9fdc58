import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Access } from '../../src/access/access.js';
import { Credentials } from '../../src/platform/auth/credentials.js';
import { Refused } from '../../src/platform/domain.js';
import { STREAMS_OF_ONE } from '../../src/platform/http/quotas.js';
import { type Position, START } from '../../src/platform/log/event-store.js';
import { FactLog, type Recorded } from '../../src/platform/log/fact-log.js';
import type { Platform } from '../../src/platform/open-platform.js';
import { PLATFORM } from '../../src/platform/platform.module.js';
import { PresenceChanges } from '../presence/presence-changes.js';
import { Presences } from '../presence/presence.js';
import { accountsOfTasks } from './accounts-of-tasks.js';
import { deliveriesOf, type Delivery, frameOf, framesOf, mayKnow, presenceFrame } from './deliveries.js';
import type { LiveStream } from './live-stream.js';
import { missedSince } from './missed.js';
import { changesAccess, followed } from './notifications.js';
import { type Identity, mayReceive, rightsOf, type Viewer, Viewers } from './viewers.js';

const MOST_STREAMS = 10_000;
const BEAT_MS = 20_000;
/** Sessions may end at another process, and leave no fact. */
const SESSIONS_CHECKED_EVERY_MS = 2000;
const PRESENCE_EVERY_MS = 1000;
/** Wait in ms before a client reconnects, random so that not all clients reconnect at once. */
const retry = (): string => `retry: ${1000 + Math.floor(Math.random() * 2000)}\n`;

/** All open streams of this process, served by one follower of the log. */
@Injectable()
export class LiveStreams implements OnModuleDestroy {
  private readonly viewers = new Viewers();
  private readonly stopping = new AbortController();
  private following: Promise<void> | undefined;
  private starting: Promise<void> | undefined;
  private refreshes = 0;
  private readonly presence: PresenceChanges;
  private readonly timers: NodeJS.Timeout[];
  /** deliveries up to this position are sent */
  position: Position = START;

  constructor(
    private readonly log: FactLog,
    private readonly access: Access,
    private readonly credentials: Credentials,
    presences: Presences,
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'logger' | 'importedLog'>,
  ) {
    this.presence = new PresenceChanges(presences);
    this.timers = [
      setInterval(() => void this.tellPresence(), PRESENCE_EVERY_MS).unref(),
      setInterval(() => void this.beat(), BEAT_MS).unref(),
      setInterval(() => void this.checkSessions(), SESSIONS_CHECKED_EVERY_MS).unref(),
    ];
    credentials.onSessionClosed = (credential) => this.endThoseOf((each) => each === credential);
  }

  /**
   * Resolves once a stream of the caller can begin.
   * @throws Refused 503 when the process stops or has too many streams, 429 when the caller has too many
   */
  async ready(identity: Identity): Promise<void> {
    if (this.stopping.signal.aborted)
      throw new Refused('stopping', 'unavailable', 'The process is stopping. Connect again.');
    if (this.viewers.streams >= MOST_STREAMS) throw new Refused('too-many-live-streams', 'unavailable');
    if (this.viewers.streamsOf(identity) >= STREAMS_OF_ONE)
      throw new Refused(
        'too-many-live-streams',
        'too-many',
        `You have ${STREAMS_OF_ONE} live streams open. Close windows that you no longer use, and connect again.`,
        { retryAfter: 30 },
      );
    this.starting ??= this.start();
    await this.starting;
  }

  /**
   * Begins the stream, which then continues by itself. A failure ends the stream.
   * @param lastEventId header of the client
   */
  async join(stream: LiveStream, identity: Identity, lastEventId: string | undefined): Promise<void> {
    const viewer = this.viewers.add(identity, stream);
    const start = this.position;
    try {
      await this.refresh([viewer]);
      await this.presence.begin();
      const missed =
        lastEventId === undefined
          ? { from: start, deliveries: [] }
          : (await this.platform.importedLog.isOld(lastEventId))
            ? 'too-much'
            : await missedSince(this.log, lastEventId, start, stream.closed);
      const allowed = (one: Delivery): boolean => mayReceive(viewer, one);
      if (missed === 'too-much')
        await stream.begin(`${retry()}${frameOf('reset', null, null, start)}`, [], start, allowed);
      else await stream.begin(`${retry()}id: ${missed.from}\n\n`, missed.deliveries, missed.from, allowed);
    } catch (error) {
      if (!stream.closed.aborted)
        this.platform.logger.warn({ reason: (error as Error).message }, 'live stream did not begin');
      stream.end();
    }
  }

  /** Sends a comment to all streams and reads their rights again. */
  async beat(): Promise<void> {
    for (const stream of this.viewers.allStreams()) stream.beat(this.position);
    if (this.viewers.streams > 0)
      await this.refresh(this.viewers.all()).catch((error: unknown) =>
        this.platform.logger.warn({ reason: (error as Error).message }, 'rights of live streams were not read'),
      );
  }

  /** Sends changes of presence to the other people that read the mail. */
  async tellPresence(): Promise<void> {
    if (this.viewers.streams === 0) return this.presence.forget();
    try {
      for (const change of await this.presence.look()) {
        const frame = presenceFrame(change, this.position);
        for (const { rights, streams } of this.viewers.all())
          if (rights && rights.userId !== change.userId && mayKnow(rights, { to: 'mail', accountId: change.accountId }))
            for (const stream of streams) stream.signal(frame);
      }
    } catch (error) {
      this.platform.logger.warn({ reason: (error as Error).message }, 'presence was not read');
    }
  }

  /** Ends the streams of sessions and tokens that are out of force. */
  async checkSessions(): Promise<void> {
    const credentials = new Set(this.viewers.allStreams().map(({ credential }) => credential));
    if (credentials.size === 0) return;
    try {
      const inForce = await this.credentials.inForce([...credentials]);
      this.endThoseOf((credential) => credentials.has(credential) && !inForce.has(credential));
    } catch (error) {
      this.platform.logger.warn({ reason: (error as Error).message }, 'sessions of live streams were not checked');
    }
  }

  private endThoseOf(isEnded: (credential: string) => boolean): void {
    for (const stream of this.viewers.allStreams()) if (isEnded(stream.credential)) stream.end();
  }

  async onModuleDestroy(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
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

  /** A failure ends all streams, because rights may be out of date. The clients reconnect and resume. */
  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    try {
      for await (const { facts, position } of this.log.followSealed(this.position, { signal, types: followed })) {
        await this.refreshAfter(facts);
        if (this.viewers.streams > 0) this.deliver(deliveriesOf(facts, await accountsOfTasks(this.log, facts)));
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

  /** Reads the rights again after a change of access, so that later facts are delivered by the new rights. */
  private async refreshAfter(facts: readonly Recorded[]): Promise<void> {
    const change = facts.findLast(({ type }) => changesAccess.has(type));
    if (!change || this.viewers.streams === 0) return;
    for (const viewer of this.viewers.all()) viewer.before = viewer.rights;
    await this.access.knows(change.position);
    await this.refresh(this.viewers.all());
  }

  private deliver(deliveries: readonly Delivery[]): void {
    if (deliveries.length === 0) return;
    const isForAll = deliveries.every(({ to }) => to !== 'person' && to !== 'users');
    const forAdministrators = isForAll ? framesOf(deliveries) : undefined;
    for (const viewer of this.viewers.all()) {
      const { rights, streams } = viewer;
      const allowed = (one: Delivery): boolean => mayReceive(viewer, one);
      let text = rights?.role === 'administrator' ? forAdministrators : undefined;
      for (const stream of streams)
        stream.deliver(deliveries, allowed, () => (text ??= framesOf(deliveries.filter(allowed))));
      viewer.before = undefined;
    }
  }

  /** Reads the rights of these viewers and ends the streams without access. A newer refresh wins over an older one. */
  private async refresh(viewers: readonly Viewer[]): Promise<void> {
    const number = ++this.refreshes;
    const ids = (of: (identity: Identity) => string | null): string[] => [
      ...new Set(viewers.map(({ identity }) => of(identity)).filter((id) => id !== null)),
    ];
    const [people, tokens, inForce] = await Promise.all([
      this.access.people(ids(({ userId }) => userId)),
      this.access.tokens(ids(({ tokenId }) => tokenId)),
      this.credentials.inForce([
        ...new Set(viewers.flatMap(({ streams }) => [...streams].map(({ credential }) => credential))),
      ]),
    ]);
    for (const viewer of viewers) {
      if (viewer.refresh > number) continue;
      viewer.refresh = number;
      viewer.rights = rightsOf(viewer.identity, people, tokens);
      const sessionsAfter = people.get(viewer.identity.userId ?? '')?.sessionsAfter ?? START;
      for (const stream of viewer.streams) {
        const asOf = inForce.get(stream.credential);
        if (!viewer.rights || asOf === undefined || (asOf !== null && asOf < sessionsAfter)) stream.end();
      }
    }
  }
}
