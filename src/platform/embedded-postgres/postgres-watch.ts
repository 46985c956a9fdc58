/** Restarts of the embedded PostgreSQL while its service runs. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Backoff } from '../log/backoff.js';
import { lastLines, type Binaries } from './postgres-binaries.js';
import type { Cluster } from './postgres-cluster.js';
import { isGone, killServer, knock, launch, leftServer } from './postgres-process.js';
import { oneStartAtATime } from './postgres-start-lock.js';

const LOOK_EVERY_MS = 1000;
/** Silence of the database after which its server is looked at. */
const SILENT_MS = 2000;
/** A server that runs and has not answered for this time hangs. A recovery after a crash answers that it is one. */
const HUNG_MS = 60_000;
const START_LIMIT_MS = 10 * 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 16_000;
/** Starts in a row; a server that runs for ten minutes ends the row. */
const MOST_STARTS = 6;
const ROW_MS = 10 * 60_000;

interface Watched {
  cluster: Cluster;
  binaries: Binaries;
  port: number;
  url: string;
}

export interface Watch {
  /** time since the database last answered */
  silentMs: () => number;
  log: (line: string) => void;
  /** the server cannot be started again: one line for the operator */
  gaveUp: (reason: string) => void;
}

/** Looks at the server once the database is silent; starts it again at the same port if it has ended or hangs. */
export class PostgresWatch {
  private readonly stopping = new AbortController();
  private readonly backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  private readonly running: Promise<void>;
  private starts = 0;
  private startedAt = -Infinity;
  private failure = '';

  constructor(
    private readonly server: Watched,
    private readonly watch: Watch,
  ) {
    this.running = this.look();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    let hangsSince: number | undefined;
    for (;;) {
      await pause(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      const answer = this.watch.silentMs() < SILENT_MS ? 'ready' : await knock(this.server.url, this.server.cluster);
      if (signal.aborted) return;
      if (answer !== 'not-there') {
        hangsSince = undefined;
        continue;
      }
      hangsSince ??= performance.now();
      const left = await leftServer(this.server.cluster);
      const ended = left === undefined || (await isGone(left.pid, this.server.cluster));
      if (!ended && performance.now() - hangsSince < HUNG_MS) continue;
      this.watch.log(`the embedded PostgreSQL ${ended ? 'has ended' : 'hangs'}: it is started again`);
      if (!ended) await killServer(left.pid);
      if (!(await this.startAgain(signal))) return;
      hangsSince = undefined;
    }
  }

  /** False if it gave up, or the service stops. */
  private async startAgain(signal: AbortSignal): Promise<boolean> {
    if (performance.now() - this.startedAt > ROW_MS) {
      this.starts = 0;
      this.backoff.reset();
    }
    while (!signal.aborted) {
      if (this.starts++ >= MOST_STARTS) {
        this.watch.gaveUp(`the embedded PostgreSQL cannot be started again: ${this.failure}`);
        return false;
      }
      this.startedAt = performance.now();
      if (await this.start()) {
        this.watch.log(`the embedded PostgreSQL runs again on port ${this.server.port}`);
        return true;
      }
      await this.backoff.pause(signal);
    }
    return false;
  }

  private async start(): Promise<boolean> {
    const { cluster, binaries, port, url } = this.server;
    try {
      return await oneStartAtATime(cluster.place, async () => {
        const left = await leftServer(cluster);
        if (left && (await isGone(left.pid, cluster))) await rm(join(cluster.data, 'postmaster.pid'), { force: true });
        this.failure = `port ${port} or the data in ${cluster.data} is in use`;
        return launch(cluster, binaries, port, url, false, performance.now() + START_LIMIT_MS);
      });
    } catch (error) {
      this.failure = lastLines((error as Error).message);
      return false;
    }
  }
}
