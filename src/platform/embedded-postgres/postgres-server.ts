/** The embedded PostgreSQL below `DATA_DIR`, for a service without `DATABASE_URL`. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exists, lastLines, PostgresDidNotStart, prepareBinaries, run, type Binaries } from './postgres-binaries.js';
import { createDatabase, openPlace, passwordOf, removeUnfinished, type Cluster } from './postgres-cluster.js';
import { BETWEEN_KNOCKS_MS, freePort, isGone, knock, launch, leftServer, WrongPassword } from './postgres-process.js';
import { oneStartAtATime } from './postgres-start-lock.js';
import { PostgresWatch, type Watch } from './postgres-watch.js';

export { PostgresDidNotStart };

interface PostgresOptions {
  dataDir: string;
  /** for tests: fast instead of durable, and `stop` removes the data */
  throwaway?: boolean;
  log?: (line: string) => void;
}

export interface PostgresServer {
  /** contains the password; role and database are `mailroom` */
  url: string;
  /** true if the server was running already: another process uses it, or was killed */
  attached: boolean;
  /** Ends the server, even if attached. Connections break, commits stay. */
  stop(): Promise<void>;
  /** From now on until `stop` or `detach`, starts the server again when it has ended or hangs. */
  keepRunning(watch: Watch): void;
  /** Leaves the server running: for a script that attached to the server of a running service. */
  detach(): Promise<void>;
}

/** Long enough for a recovery after a power failure. */
const START_LIMIT_MS = 10 * 60_000;

/**
 * Starts the server of `dataDir`, or attaches to it if it runs. The first start makes the database.
 * @throws PostgresDidNotStart with the reason in one line, such as a full disk or an unsupported platform
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
      const url = urlAt(port);
      let watching: PostgresWatch | undefined;
      const detach = async () => watching?.stop();
      const stop = async () => {
        await detach();
        await stopServer(cluster, binaries);
        if (!throwaway) return;
        await rm(cluster.place, { recursive: true, force: true });
        await rm(join(resolve(dataDir), 'postgres'), { recursive: true, force: true });
      };
      const keepRunning = (watch: Watch) =>
        void (watching ??= new PostgresWatch({ cluster, binaries, port, url }, watch));
      return { url, attached, keepRunning, stop, detach };
    });
  } catch (error) {
    throw new PostgresDidNotStart(dataDir, lastLines((error as Error).message), error);
  }
}

type UrlAt = (port: number) => string;

async function attachOrLaunch(cluster: Cluster, binaries: Binaries, urlAt: UrlAt, throwaway: boolean) {
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline) {
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
  throw new Error(`the server does not answer; the reason may be in ${join(cluster.place, 'log')}`);
}

/** pg_ctl keeps this process alive until the server has ended; the unreferenced child would not. */
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
