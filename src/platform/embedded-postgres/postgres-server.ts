/** A PostgreSQL of our own below `DATA_DIR`, for those who name none. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exists, lastLines, PostgresDidNotStart, prepareBinaries, run, type Binaries } from './postgres-binaries.js';
import { createDatabase, openPlace, passwordOf, removeUnfinished, type Cluster } from './postgres-cluster.js';
import { BETWEEN_KNOCKS_MS, freePort, isGone, knock, launch, leftServer, WrongPassword } from './postgres-process.js';
import { oneStartAtATime } from './postgres-start-lock.js';

export { PostgresDidNotStart };

export interface PostgresOptions {
  dataDir: string;
  /** for tests: quick instead of durable, and `stop` removes the data */
  throwaway?: boolean;
  log?: (line: string) => void;
}

export interface PostgresServer {
  /** role and database are `mailroom`; holds the password */
  url: string;
  /** true when the server was running already: a killed process left it, or another process uses it */
  attached: boolean;
  /** Ends the server, also one attached to. Connections are cut, commits are kept. */
  stop(): Promise<void>;
  /** Leaves it running, for a script that attached to a running service's server. */
  detach(): Promise<void>;
}

/** Long enough for a recovery after a power cut. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Starts the server of `dataDir`, or attaches to it when it runs. The first start makes the database.
 * @throws PostgresDidNotStart with the reason in one line: disk full, unsupported platform, no right to a folder …
 */
export async function startPostgres({
  dataDir,
  throwaway = false,
  log = () => {},
}: PostgresOptions): Promise<PostgresServer> {
  try {
    const cluster = await openPlace(resolve(dataDir));
    return await oneStartAtATime(cluster.place, async () => {
      const binaries = await prepareBinaries(cluster.place, cluster.account);
      await removeUnfinished(cluster);
      const password = await passwordOf(cluster);
      if (!(await exists(cluster.data))) {
        await createDatabase(cluster, binaries, password, !throwaway);
        log(`made a PostgreSQL database in ${cluster.data}`);
      }
      const urlAt = (port: number) => `postgresql://mailroom:${password}@127.0.0.1:${port}/mailroom`;
      const { port, attached } = await attachOrLaunch(cluster, binaries, urlAt, throwaway);
      log(`${attached ? 'attached to the running' : 'started'} PostgreSQL of ${cluster.data} on port ${port}`);
      const stop = async () => {
        await stopServer(cluster, binaries);
        if (!throwaway) return;
        await rm(cluster.place, { recursive: true, force: true });
        await rm(join(resolve(dataDir), 'postgres'), { recursive: true, force: true });
      };
      return { url: urlAt(port), attached, stop, detach: async () => {} };
    });
  } catch (error) {
    throw new PostgresDidNotStart(dataDir, lastLines((error as Error).message), error);
  }
}

type UrlAt = (port: number) => string;

async function attachOrLaunch(cluster: Cluster, binaries: Binaries, urlAt: UrlAt, throwaway: boolean) {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const left = await leftServer(cluster);
    const answer = left ? await knock(urlAt(left.port), cluster) : 'not-there';
    if (left && answer === 'ready') return { port: left.port, attached: true };
    if (answer !== 'not-yet') {
      const gone = left !== undefined && (await isGone(left.pid, cluster));
      if (answer === 'wrong-password' && !gone) throw new WrongPassword(cluster);
      if (gone) await rm(join(cluster.data, 'postmaster.pid'), { force: true });
      const port = await freePort();
      if (await launch(cluster, binaries, port, urlAt(port), throwaway, deadline)) return { port, attached: false };
    }
    await delay(BETWEEN_KNOCKS_MS);
  }
  throw new Error('it does not answer');
}

/** pg_ctl keeps us running until the server has ended, which the unreferenced child would not. */
async function stopServer(cluster: Cluster, binaries: Binaries): Promise<void> {
  const left = await leftServer(cluster);
  if (!left || (await isGone(left.pid, cluster))) return;
  const { code, output } = await run(
    binaries.pgCtl,
    ['stop', '-D', cluster.data, '-m', 'fast', '-w', '-t', '60'],
    cluster.account,
  );
  if (code !== 0 && (await leftServer(cluster))) throw new Error(`PostgreSQL did not stop: ${lastLines(output)}`);
}
