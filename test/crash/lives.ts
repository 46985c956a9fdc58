import { setTimeout as pause } from 'node:timers/promises';
import type { KillPoint } from './kill-points.js';
import { type Api, NoAnswer, Problem } from '../service/api.js';
import type { ServiceProcess } from '../service/service-process.js';
import type { CrashSite } from './crash-site.js';

/** Lives of one Mailroom: SIGKILL ends each process during work, which the next process takes over. */
export class Lives {
  /** an acknowledged fetch, not yet known to have ended */
  private fetchId: string | undefined;
  private addresses = 0;
  private flagged = false;
  private readonly asked = new Set<string>();

  constructor(private readonly site: CrashSite) {}

  /** Gives the service work until it is killed at `point`, reached for the n-th time. @throws Error for another end */
  async dieAt(point: KillPoint, n: number): Promise<void> {
    const service = this.site.start({ point, n });
    await this.workUntilEnded(service, workFor(point));
  }

  /** Gives the service work and kills it after `ms` milliseconds, perhaps during its start. */
  async dieAfter(ms: number): Promise<void> {
    const service = this.site.start();
    const killing = setTimeout(() => void service.kill(), ms);
    await this.workUntilEnded(service, 'fetch').finally(() => clearTimeout(killing));
  }

  /** Starts the service, completes all unfinished work, and returns the service still running. */
  async recover(): Promise<ServiceProcess> {
    const service = this.site.start();
    const api = this.site.api.at(await service.ready());
    for (const address of this.asked) await this.site.add(api, address).catch(unlessTaken);
    this.asked.clear();
    await ended(api, this.fetchId ?? (await api.fetchMail(this.site.accountId)));
    this.fetchId = undefined;
    this.site.mailbox.grow();
    await ended(api, await api.fetchMail(this.site.accountId));
    await api.settled();
    return service;
  }

  private async workUntilEnded(service: ServiceProcess, work: Work): Promise<void> {
    try {
      const url = await service.url;
      const api = url === undefined ? undefined : this.site.api.at(url);
      while (api && !service.dead) await this.work(api, work).catch(unlessBroken);
    } catch (error) {
      await service.kill();
      throw error;
    }
    const { code, signal } = await service.ended;
    if (signal !== 'SIGKILL') throw new Error(`the service ended by itself with ${signal ?? code}: ${service.log}`);
  }

  /** Flags messages, or takes their flags away, and waits until the mail server follows. */
  async mark(api: Api, flagged = !this.flagged): Promise<void> {
    this.flagged = flagged;
    const path = `/api/accounts/${this.site.accountId}/messages?limit=${MARKED}`;
    const { items } = await api.json<{ items: { id: string }[] }>('GET', path);
    await api.json('PATCH', '/api/messages', { ids: items.map(({ id }) => id), set: { flagged: this.flagged } });
    await ended(api, await api.fetchMail(this.site.accountId));
    await api.settled();
  }

  private async work(api: Api, work: Work): Promise<void> {
    if (work === 'add-account') {
      const address = `added-${this.addresses++}@elsewhere.test`;
      this.asked.add(address);
      await this.site.add(api, address);
    } else if (work === 'remove-account') {
      const { id } = await this.site.add(api, `removed-${this.addresses++}@elsewhere.test`);
      await api.json('DELETE', `/api/accounts/${id}`);
    } else if (work === 'change-password') await this.site.changePassword(api);
    else if (work === 'mark') await this.mark(api);
    else {
      if (this.fetchId !== undefined) await ended(api, this.fetchId);
      this.fetchId = undefined;
      this.site.mailbox.grow();
      this.fetchId = await api.fetchMail(this.site.accountId);
      await ended(api, this.fetchId);
      await api.settled();
    }
  }
}

/** Messages that are marked at once. */
const MARKED = 20;

type Work = 'fetch' | 'add-account' | 'change-password' | 'remove-account' | 'mark';

const WORK: Record<string, Work> = {
  account: 'add-account',
  password: 'change-password',
  removal: 'remove-account',
  wish: 'mark',
};
const workFor = (point: KillPoint): Work => WORK[point.split('.')[0]!] ?? 'fetch';

async function ended(api: Api, fetchId: string): Promise<void> {
  const { state, reason } = await api.fetchEnded(fetchId);
  if (state !== 'done') throw new Error(`the fetch ended as ${state}: ${reason}`);
}

/** Ignores a broken connection, since the process may be dead. Answers before its death must be successes. */
async function unlessBroken(error: unknown): Promise<void> {
  if (!(error instanceof NoAnswer)) throw error;
  await pause(20);
}

/** Ignores a taken address: the service recorded the account before it was killed. */
function unlessTaken(error: unknown): void {
  if (!(error instanceof Problem) || error.reason !== 'address-taken') throw error;
}
