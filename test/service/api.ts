import { setTimeout as pause } from 'node:timers/promises';
import { ADMIN } from './service-process.js';

const LOOK_EVERY_MS = 50;

/** A problem document (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    readonly answer: string,
  ) {
    super(`${status} ${answer}`);
  }
}

/** The connection broke, because the process died or has not started. */
export class NoAnswer extends Error {
  constructor(path: string, cause: unknown) {
    super(`no answer to ${path}`, { cause });
  }
}

export interface FetchShown {
  state: 'running' | 'done' | 'failed';
  reason: string | null;
  pausedReason: string | null;
  found: number;
  received: number;
  failed: number;
}

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  redirect?: 'manual';
}

interface Health {
  head: string;
  followers: { name: string; lag: number; failure: object | null }[];
}

/** Requests of the administrator. Every call fails with NoAnswer if the process is killed meanwhile. */
export class Api {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async signIn(url: string): Promise<Api> {
    const { token } = await new Api(url, '').json<{ token: string }>('POST', '/api/session', ADMIN);
    return new Api(url, token);
  }

  /** The same session at another process: the database holds the sessions. */
  at(url: string): Api {
    return new Api(url, this.token);
  }

  /** @throws Problem for every answer without success, NoAnswer */
  async json<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
    const content: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
    const answer = await this.ask(path, {
      method,
      headers: { ...content, ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return (answer.length === 0 ? undefined : JSON.parse(answer.toString())) as T;
  }

  /** Follows no redirect. @returns its target, and the cookie that the browser brings back from there */
  async redirected(path: string): Promise<{ url: string; cookie: string }> {
    const { response, answer } = await this.answered(path, { redirect: 'manual' });
    const url = response.headers.get('location');
    if (url === null) throw new Problem(response.status, reasonOf(answer.toString()), answer.toString());
    return { url, cookie: response.headers.getSetCookie()[0]!.split(';')[0]! };
  }

  /** Carries out the redirect from a provider back to the service, without the cookie of a session. */
  async returned<T>(to: URL, cookie: string): Promise<T> {
    return JSON.parse(
      (await new Api(this.url, '').ask(to.pathname + to.search, { headers: { cookie } })).toString(),
    ) as T;
  }

  bytes(path: string): Promise<Buffer> {
    return this.ask(path, {});
  }

  /** Starts a fetch unless one runs. @returns the id of the running fetch */
  async fetchMail(accountId: string): Promise<string> {
    return (await this.json<{ fetchId: string }>('POST', `/api/accounts/${accountId}/fetch`, {})).fetchId;
  }

  /** Resolves once the fetch has ended. */
  fetchEnded(fetchId: string): Promise<FetchShown> {
    return this.fetchUntil(fetchId, ({ state }) => state !== 'running');
  }

  /** Resolves once the fetch pauses. */
  fetchPaused(fetchId: string): Promise<FetchShown> {
    return this.fetchUntil(fetchId, ({ pausedReason }) => pausedReason !== null);
  }

  private async fetchUntil(fetchId: string, happened: (shown: FetchShown) => boolean): Promise<FetchShown> {
    for (;;) {
      const shown = await this.json<FetchShown>('GET', `/api/fetches/${fetchId}`).catch(unlessNotShown);
      if (shown && happened(shown)) return shown;
      await pause(LOOK_EVERY_MS);
    }
  }

  /**
   * Resolves once every projection and saga has read the whole log, and none has written more.
   * @throws Error when a follower has stopped
   */
  async settled(): Promise<void> {
    for (let settledAt: string | undefined; ;) {
      const { head, followers } = await this.json<Health>('GET', '/health/ready');
      const stopped = followers.find(({ failure }) => failure);
      if (stopped) throw new Error(`a follower has stopped: ${JSON.stringify(stopped)}`);
      const atHead = followers.length > 0 && followers.every(({ lag }) => lag === 0);
      if (atHead && settledAt === head) return;
      settledAt = atHead ? head : undefined;
      await pause(LOOK_EVERY_MS);
    }
  }

  private async ask(path: string, init: Asked): Promise<Buffer> {
    const { response, answer } = await this.answered(path, init);
    if (response.ok) return answer;
    throw new Problem(response.status, reasonOf(answer.toString()), answer.toString());
  }

  private answered(path: string, init: Asked): Promise<{ response: Response; answer: Buffer }> {
    const authorization: Record<string, string> = this.token === '' ? {} : { authorization: `Bearer ${this.token}` };
    return fetch(this.url + path, { ...init, headers: { ...authorization, ...init.headers } })
      .then(async (response) => ({ response, answer: Buffer.from(await response.arrayBuffer()) }))
      .catch((cause: unknown) => {
        throw new NoAnswer(path, cause);
      });
  }
}

function reasonOf(answer: string): string {
  try {
    return String((JSON.parse(answer) as { reason?: unknown }).reason);
  } catch {
    return '';
  }
}

/** The read model shows a fetch a moment after its start. */
function unlessNotShown(error: unknown): undefined {
  if (error instanceof Problem && error.status === 404) return undefined;
  throw error;
}
