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
    stopOnSignal(async () => {
      await started.stop();
      await stopped?.();
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

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const begin = (): void => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Mailroom did not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', begin);
  process.on('SIGINT', begin);
}

function announce({ url, firstAdministrator }: Service): void {
  if (firstAdministrator) {
    const { email, password } = firstAdministrator;
    const login = password === null ? '(password from ADMIN_PASSWORD)' : `password: ${password}  (shown only once)`;
    process.stdout.write(`First administrator: ${email}  ${login}\n`);
  }
  process.stdout.write(`Mailroom is ready: ${url}/api  (try it: ${url}/api/docs)\n`);
}
