import { setFlagsFromString } from 'node:v8';
import { pino } from 'pino';
import { CheckpointProblem } from './platform/followers/checkpoint-table.js';
import { ConfigProblem, readConfig } from './platform/config.js';
import { MasterKeyProblem } from './platform/secrets/master-key.js';
import { LogProblem } from './platform/log/event-store.js';
import { CannotStart } from './platform/open-platform.js';
import { DatabaseProblem } from './platform/database/database.js';
import { PostgresDidNotStart } from './platform/embedded-postgres/postgres-server.js';
import { type Service, startService } from './service.js';

// Objects of a fetch are short-lived: earlier garbage collection halves the memory (`npm run bench memory`).
setFlagsFromString('--heap-growing-percent=60');

/** Errors with a message of one line: the problem, then the remedy. */
const WITH_REMEDY = [
  ConfigProblem,
  CannotStart,
  MasterKeyProblem,
  CheckpointProblem,
  DatabaseProblem,
  LogProblem,
  PostgresDidNotStart,
];

/** A supervisor kills a process that does not end: Docker after 10 s by default, Kubernetes after 30 s. */
const STOP_MS = 25_000;

interface Around {
  /** before the ready line */
  ready?: (service: Service) => Promise<void>;
  stopped?: () => Promise<void>;
}

/**
 * Runs the service as a process: prints a line when ready; on SIGTERM or SIGINT finishes work in progress and exits.
 */
export async function runService(env: NodeJS.ProcessEnv, { ready, stopped }: Around = {}): Promise<void> {
  let service: Service | undefined;
  try {
    const config = readConfig(env);
    const logger = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
    const started = (service = await startService(config, logger));
    const end = stopOnce(async () => {
      await started.stop();
      await stopped?.();
    });
    process.on('SIGTERM', () => end(0));
    process.on('SIGINT', () => end(0));
    void started.platform.beyondRecovery.then(({ message }) => {
      process.stderr.write(`Mailroom cannot go on: ${message}\n`);
      end(1);
    });
    await ready?.(started);
    announce(started);
  } catch (error) {
    await service?.stop().catch(() => undefined);
    process.stderr.write(`Mailroom cannot start: ${forPeople(error)}\n`);
    process.exit(1);
  }
}

function forPeople(error: unknown): string {
  if (WITH_REMEDY.some((kind) => error instanceof kind)) return (error as Error).message;
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE')
    return `port ${port} of ${address} is taken. Stop the program on that port, or set another PORT.`;
  if (code === 'EACCES' && port !== undefined) return `this process may not listen on port ${port}. Set another PORT.`;
  return String((error as Error).stack ?? error);
}

/** Ends the process with the code after the work in progress, or after the longest time for it. */
function stopOnce(stop: () => Promise<void>): (code: number) => void {
  let stopping = false;
  const failed = (reason: string): never => {
    process.stderr.write(`Mailroom did not stop cleanly: ${reason}\n`);
    return process.exit(1);
  };
  return (code) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => failed(`work in progress took more than ${STOP_MS / 1000} seconds`), STOP_MS).unref();
    stop().then(
      () => process.exit(code),
      (error: unknown) => failed(String(error)),
    );
  };
}

function announce({ url, firstAdministrator }: Service): void {
  if (firstAdministrator) {
    const { email, password } = firstAdministrator;
    const login = password === null ? '(password from ADMIN_PASSWORD)' : `password: ${password}  (shown only once)`;
    process.stdout.write(`First administrator: ${email}  ${login}\n`);
  }
  process.stdout.write(`Mailroom is ready: ${url}/api  (try it: ${url}/api/docs)\n`);
}
