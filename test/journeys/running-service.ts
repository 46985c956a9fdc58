import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Config, readConfig } from '../../src/platform/config.js';
import { type Service, startService } from '../../src/service.js';
import { freshDatabase } from '../database.js';
import { type Answer, done, Requests } from './requests.js';
import { waitUntil } from './wait-until.js';

export const ADMIN = { email: 'admin@mailroom.test', password: 'correct horse battery' };

interface Readiness {
  status: string;
  followers: { name: string; lag: number; failure: unknown }[];
}

export interface ServiceOptions {
  /** variables in addition to the environment of the tests */
  env?: Record<string, string>;
  /** settings without an environment variable */
  config?: Partial<Config>;
  /** service with the same database and folder; the new service stands for a second process */
  beside?: RunningService;
  /** uses the embedded PostgreSQL, with its files under `dataDir` */
  embedded?: boolean;
}

/** The real service in this process, with its own database and folder. */
export class RunningService {
  private ended: Promise<void> | undefined;

  private constructor(
    readonly service: Service,
    readonly databaseUrl: string,
    readonly dataDir: string,
    /** lines of the log */
    readonly logged: readonly string[],
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start({
    env = {},
    config: more = {},
    beside,
    embedded = false,
  }: ServiceOptions = {}): Promise<RunningService> {
    const database = beside || embedded || env.DATABASE_URL !== undefined ? undefined : await freshDatabase();
    const databaseUrl = database?.url ?? beside?.databaseUrl;
    const dataDir = beside?.dataDir ?? (await mkdtemp(join(tmpdir(), 'mailroom-journey-')));
    const cleanUp = async (): Promise<void> => {
      await database?.drop();
      if (!beside) await rm(dataDir, { recursive: true, force: true });
    };
    const fromEnvironment = readConfig({
      PORT: '0',
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      DATA_DIR: dataDir,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      ALLOW_PRIVATE_MAIL_HOSTS: 'true',
      WATCH_MAIL: 'false',
      ...env,
    });
    const config: Config = { ...fromEnvironment, ...more };
    const logged: string[] = [];
    const logger = pino({ level: config.logLevel }, { write: (line: string) => void logged.push(line) });
    try {
      const service = await startService(config, logger);
      return new RunningService(service, service.platform.databaseUrl, dataDir, logged, cleanUp);
    } catch (error) {
      await cleanUp();
      throw error;
    }
  }

  get url(): string {
    return this.service.url;
  }

  /** A client without credentials. */
  get nobody(): Requests {
    return new Requests(this.url);
  }

  withToken(token: string): Requests {
    return new Requests(this.url, { Authorization: `Bearer ${token}` });
  }

  async signedIn({ email, password }: { email: string; password: string } = ADMIN): Promise<Requests> {
    const { token } = done(await this.nobody.post<{ token: string }>('/api/session', { email, password }));
    return this.withToken(token);
  }

  /**
   * Waits until every follower has read the whole log, so that all reactions are done too.
   * @throws Error when a follower has stopped
   */
  async settled(longestMs?: number): Promise<void> {
    const settled = ({ body: { followers } }: Answer<Readiness>): boolean => {
      const stopped = followers.filter(({ failure }) => failure);
      if (stopped.length > 0) throw new Error(`followers have stopped: ${JSON.stringify(stopped)}`);
      return followers.length > 0 && followers.every(({ lag }) => lag === 0);
    };
    await waitUntil(() => this.nobody.get<Readiness>('/health/ready'), settled, longestMs);
  }

  async stop(): Promise<void> {
    await this.end();
    await this.cleanUp();
  }

  /** Stops the service, but keeps its files until `stop`. */
  end(): Promise<void> {
    return (this.ended ??= this.service.stop());
  }
}
