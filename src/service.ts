import { randomBytes } from 'node:crypto';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { MissingTexts } from '../projections/mail-search/missing-texts.js';
import { RawMessages } from '../projections/mailbox-view/raw-messages.js';
import { Access } from './access/access.js';
import { factShapes } from './all.events.js';
import { SettleSecrets } from './accounts/settle-secrets.js';
import { AppModule } from './app.module.js';
import { MessageReader } from './mail/reading/message-reader.js';
import { closeMessageWorkers } from './mail/reading/message.js';
import { DraftWorker } from './drafts/draft-worker.js';
import { FetchWorker } from './mailboxes/fetching/fetch-worker.js';
import { WatchWorker } from './mailboxes/watching/watch-worker.js';
import { BlobRepair } from './mailboxes/repairing/blob-repair.js';
import { TrashWorker } from './mailboxes/wishes/trash-worker.js';
import { MessageKeys } from './messages/message-keys.js';
import type { Config } from './platform/config.js';
import { poolOf } from './platform/database/database.js';
import { bySystem } from './platform/commands/decide.js';
import type { Recorded } from './platform/log/fact-log.js';
import { type Follower, FollowerRunner } from './platform/followers/follow.js';
import { createHttp } from './platform/http/listen.js';
import { PackSweeper } from './platform/blobs/pack-sweeper.js';
import { openPlatform, type Platform } from './platform/open-platform.js';
import { dropOlderVersions } from './platform/read-models/older-versions.js';
import { createTables } from './platform/read-models/projection-tables.js';
import { type Projection, projectionFollower } from './platform/read-models/projection.js';
import { buildReadModel, openReadModel } from './platform/read-models/upgrade.js';
import { type Saga, sagaFollower } from './platform/followers/saga.js';
import { awaitedLookups, lookups, readModels, sagas } from './subscriptions.js';
import { InstanceWatch } from './sending/hold/instance-watch.js';
import { SendWorker } from './sending/send-worker.js';
import { UploadSweeper } from './uploads/upload-sweeper.js';
import { isEasyToGuess } from './users/password-strength.js';
import { UsersStream } from './users/users-stream.js';

const LOOKUPS_SHOWN_EVERY_MS = 5000;

export interface Service {
  url: string;
  /** the first administrator, if this start created one; `password` only if it was generated */
  firstAdministrator: { email: string; password: string | null } | null;
  app: NestFastifyApplication;
  platform: Platform;
  stop(): Promise<void>;
}

/** All projections. Without a platform, their names and tables are complete, but mail search cannot read messages. */
export function allProjections(platform?: Pick<Platform, 'blobs' | 'keys' | 'master'>): readonly Projection[] {
  const unread = { sealed: () => Promise.resolve('erased' as const), report: () => Promise.resolve('lost' as const) };
  const raws = platform ? new RawMessages(platform.blobs, platform.keys) : unread;
  return [...lookups(messageKeys(platform)), ...readModels(raws, new MessageReader())];
}

/** All sagas. Without a platform, their names and types are complete, but they cannot react. */
export const allSagas = (platform?: Pick<Platform, 'master'>): readonly Saga<never>[] => sagas(messageKeys(platform));

const messageKeys = (platform?: Pick<Platform, 'master'>): MessageKeys =>
  new MessageKeys(platform?.master ?? { nameFor: () => '' });

const lookupIds = new Set(lookups(messageKeys()).map(({ id }) => id));
const isLookup = ({ id }: Projection): boolean => lookupIds.has(id);

/**
 * @throws CannotStart, ConfigProblem, MasterKeyProblem, CheckpointProblem or PostgresDidNotStart, each with its remedy
 */
export async function startService(config: Config, logger: Logger): Promise<Service> {
  const platform = await openPlatform(config, logger, factShapes, allProjections());
  let app: NestFastifyApplication | undefined;
  let runner: FollowerRunner | undefined;
  const sweeper = new PackSweeper(platform.blobs, poolOf(platform.database), platform.locks, logger);
  const stop = async (): Promise<void> => {
    await app?.close();
    await runner?.stop();
    await sweeper.stop();
    await closeMessageWorkers();
    await platform.close();
  };
  try {
    if (await platform.blobs.lostFolder())
      logger.error(
        `the folder of messages ${platform.blobs.folder.dir} was missing or empty: messages are fetched again from their mail servers. To bring all of them back, stop the service and restore the folder from a backup.`,
      );
    const projections = allProjections(platform);
    const followerNames = [...projections.map(({ id }) => id), ...allSagas().map(({ name }) => name)];
    await prepareTables(platform, projections);
    const { trustedProxies, pageDir, openId } = config;
    const module = AppModule.of(platform, followerNames);
    app = await createHttp(module, logger, trustedProxies, pageDir, openId !== undefined);
    await app.init();
    // Before the lookups are waited for: they show a hold to the workers that send.
    await app.get(InstanceWatch).begin();
    await app.get(SettleSecrets).left();
    await app.get(UsersStream).settleLeft();
    const firstAdministrator = await addFirstAdministrator(app.get(UsersStream), config, logger);
    runner = new FollowerRunner(platform.log, platform.locks, platform.checkpoints, logger);
    runner.start(followersOf(platform, projections.filter(isLookup)));
    await app.get(Access).ready(await platform.store.head());
    await lookupsBuilt(platform);
    runner.start(otherFollowers(platform, projections, app));
    app.get(FetchWorker).start();
    app.get(WatchWorker).start();
    app.get(SendWorker).start();
    app.get(DraftWorker).start();
    app.get(BlobRepair).start();
    app.get(TrashWorker).start();
    app.get(UploadSweeper).start();
    app.get(MissingTexts).start();
    sweeper.start();
    await app.listen(config.port, config.host);
    const { port } = app.getHttpServer().address() as { port: number };
    return {
      url: `http://${reachable(config.host)}:${port}`,
      firstAdministrator,
      app,
      platform,
      stop,
    };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

/** Host of a URL for browsers on this machine: no browser opens the address that stands for all interfaces. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** Decisions read lookups, so no older version stands in for a lookup: the start waits for them. */
async function prepareTables(platform: Platform, projections: readonly Projection[]): Promise<void> {
  const head = await platform.store.head();
  for (const projection of projections) {
    if (isLookup(projection)) await createTables(platform.database, projection);
    else await openReadModel(platform, projection, head);
  }
  await dropOlderVersions(platform, projections);
}

/** Waits until decisions find the facts so far. A stopped lookup does not stop the start; health names it. */
async function lookupsBuilt({ checkpoints, store, logger }: Platform): Promise<void> {
  const names = awaitedLookups;
  const head = await store.head();
  while (!(await checkpoints.waitFor(names, head, LOOKUPS_SHOWN_EVERY_MS))) {
    const rows = (await checkpoints.list()).filter(({ name }) => names.includes(name));
    for (const { name, position } of rows)
      if (position < head) logger.info(`the start waits until ${name} has read the log: at ${position} of ${head}`);
    if (rows.some(({ failure }) => failure !== null)) return;
  }
}

/** Lookups follow with every role: a lock decides which process does it. */
const followersOf = ({ database, checkpoints }: Platform, projections: readonly Projection[]): Follower[] =>
  projections.map((projection) => projectionFollower(database, checkpoints, projection));

function otherFollowers(
  platform: Platform,
  projections: readonly Projection[],
  app: NestFastifyApplication,
): Follower[] {
  const { config, database, checkpoints, logger } = platform;
  const readModels = config.roles.has('projections') ? projections.filter((each) => !isLookup(each)) : [];
  return [
    ...readModels.map((projection) =>
      projectionFollower(database, checkpoints, projection, (signal) => buildReadModel(platform, projection, signal)),
    ),
    ...(config.roles.has('sagas')
      ? allSagas(platform).map((saga) =>
          sagaFollower(poolOf(database), checkpoints, app.get(CommandBus), saga, logger, overtaken(app.get(Access))),
        )
      : []),
  ];
}

/** After the removal of an account, sagas execute no command for its earlier facts; only for the removal itself. */
const overtaken =
  (access: Access) =>
  async ({ type, data }: Recorded): Promise<string | undefined> => {
    const { accountId } = data as { accountId?: string };
    if (accountId === undefined || type === 'AccountRemoved') return undefined;
    return (await access.removedOf([accountId])).length > 0 ? 'account-removed' : undefined;
  };

async function addFirstAdministrator(
  users: UsersStream,
  config: Config,
  logger: Logger,
): Promise<Service['firstAdministrator']> {
  const email = config.adminEmail ?? 'admin@localhost';
  const password = config.adminPassword ?? randomBytes(12).toString('base64url');
  const userId = randomBytes(16).toString('hex');
  const decided = await users.addFirst(
    { userId, name: 'Administrator', email, role: 'administrator', password },
    bySystem('first-start', userId),
  );
  if (decided.written > 0 && (await isEasyToGuess(password, [email])))
    logger.warn('ADMIN_PASSWORD is easy to guess: sign in and change the password of the first administrator.');
  return decided.written > 0 ? { email, password: config.adminPassword === undefined ? password : null } : null;
}
