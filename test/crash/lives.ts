import { setTimeout as pause } from 'node:timers/promises';
import type { KillPoint } from './kill-points.js';
import { type Api, NoAnswer, Problem } from '../service/api.js';
import type { ServiceProcess } from '../service/service-process.js';
import type { CrashSite } from './crash-site.js';

/** Lives of one Mailroom, each ended by SIGKILL, with work in hand that the next one takes over. */
export class Lives {
  /** the fetch that was acknowledged and not seen to end */
  private fetchId: string | undefined;
  private addresses = 0;
  private readonly asked = new Set<string>();

  constructor(private readonly site: CrashSite) {}

  /** Gives it work until it dies at the n-th passing of that point. @throws Error when it ends otherwise */
  async dieAt(point: KillPoint, n: number): Promise<void> {
    const service = this.site.start({ point, n });
    await this.workUntilEnded(service, workFor(point));
  }

  /** Gives it work and kills it after so many milliseconds, also during its start. */
  async dieAfter(ms: number): Promise<void> {
    const service = this.site.start();
    const killing = setTimeout(() => void service.kill(), ms);
    await this.workUntilEnded(service, 'fetch').finally(() => clearTimeout(killing));
  }

  /** A life in which all that was begun comes to its end; the service runs on. */
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
    if (signal !== 'SIGKILL') throw new Error(`it ended by itself with ${signal ?? code}: ${service.log}`);
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

type Work = 'fetch' | 'add-account' | 'change-password' | 'remove-account';

const WORK: Record<string, Work> = { account: 'add-account', password: 'change-password', removal: 'remove-account' };
const workFor = (point: KillPoint): Work => WORK[point.split('.')[0]!] ?? 'fetch';

async function ended(api: Api, fetchId: string): Promise<void> {
  const { state, reason } = await api.fetchEnded(fetchId);
  if (state !== 'done') throw new Error(`the fetch ended as ${state}: ${reason}`);
}

/** A connection breaks when its process dies; what it answers before is a success. */
async function unlessBroken(error: unknown): Promise<void> {
  if (!(error instanceof NoAnswer)) throw error;
  await pause(20);
}

/** An account that was recorded before the service died. */
function unlessTaken(error: unknown): void {
  if (!(error instanceof Problem) || error.reason !== 'address-taken') throw error;
}
