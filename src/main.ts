import 'reflect-metadata';
import { pino } from 'pino';
import { CheckpointProblem } from './platform/checkpoints.js';
import { ConfigProblem, readConfig } from './platform/config.js';
import { MasterKeyProblem } from './platform/master-key.js';
import { CannotStart } from './platform/open-platform.js';
import { PostgresDidNotStart } from './platform/postgres-server.js';
import { type Service, startService } from './service.js';

const FOR_PEOPLE = [ConfigProblem, CannotStart, MasterKeyProblem, CheckpointProblem, PostgresDidNotStart];

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
  const service = await startService(config, logger);
  announce(service);
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, 'stopping after what is in hand');
      service.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'did not stop cleanly');
          process.exit(1);
        },
      );
    });
}

function announce({ url, firstAdministrator }: Service): void {
  if (firstAdministrator) {
    const { email, password } = firstAdministrator;
    process.stdout.write(
      `First administrator: ${email}${password === null ? ' (password from ADMIN_PASSWORD)' : `  password: ${password}  (shown this once)`}\n`,
    );
  }
  process.stdout.write(`Mailroom is ready: ${url}/api  (try it: ${url}/api/docs)\n`);
}

main().catch((error: unknown) => {
  const known = FOR_PEOPLE.some((kind) => error instanceof kind);
  process.stderr.write(`Mailroom cannot start: ${known ? (error as Error).message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
});
