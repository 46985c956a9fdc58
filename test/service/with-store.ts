import { pino } from 'pino';
import { factShapes } from '../../src/all.events.js';
import { readConfig } from '../../src/platform/config.js';
import { openPlatform, type Platform } from '../../src/platform/open-platform.js';
import { allProjections } from '../../src/service.js';

export interface StoreOfService {
  dataDir: string;
  /** absent: the embedded PostgreSQL of `dataDir`, which runs as long as the service runs */
  databaseUrl?: string | undefined;
}

/** Opens the store of a service for `work`; the service may run meanwhile. */
export async function withStore<T>(
  { dataDir, databaseUrl }: StoreOfService,
  work: (platform: Platform) => Promise<T>,
): Promise<T> {
  const env = { DATA_DIR: dataDir, ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }) };
  const platform = await openPlatform(readConfig(env), pino({ level: 'silent' }), factShapes, allProjections(), 'tool');
  return work(platform).finally(() => platform.close());
}
