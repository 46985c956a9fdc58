import { channel } from 'node:diagnostics_channel';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { accountOn, addAccount, startFetch } from '../journeys/mailbox.js';
import { Requests } from '../journeys/requests.js';
import { RunningService } from '../journeys/running-service.js';
import { bothSidesAreEqual } from './both-sides.js';
import { CuttingProxy } from './cutting-proxy.js';
import { OtherProgram } from './other-program.js';
import { CHANGES } from './random-changes.js';
import { type Random, SharedMailbox } from './shared-mailbox.js';
import { hasUidPlus, type Variant } from './variants.js';
import { seeded } from '../crash/seeded.js';

const PASSWORD = 'secret';
const STEPS = 30;
/** Pieces of a conversation with the mail server, and steps of the service: more than those of one fetch. */
const MOST_PIECES = 120;
const MOST_STEPS = 40;
const userOf = (seed: number): string => `anna${seed}@example.test`;

/** One service and a real mail server. Each seed has a mailbox of its own, which both sides change at random. */
export class Converging {
  private constructor(
    private readonly variant: Variant,
    private readonly first: RunningService,
    private readonly dovecot: Dovecot,
    private readonly proxy: CuttingProxy,
    private readonly admin: Requests,
    private service = first,
  ) {}

  static async open(variant: Variant, seeds: readonly number[]): Promise<Converging> {
    const users = Object.fromEntries(seeds.map((seed) => [userOf(seed), PASSWORD]));
    const { capability, watchMail } = variant;
    const extra = capability === null ? '' : `imap_capability = ${capability}`;
    const [service, dovecot] = await Promise.all([
      RunningService.start({ config: { watchMail } }),
      startDovecot({ users, extra }),
    ]);
    const proxy = await CuttingProxy.start(dovecot.imapPort);
    return new Converging(variant, service, dovecot, proxy, await service.signedIn());
  }

  /** Changes a mailbox on both sides; then both come to rest and are equal. @throws Error with all changes */
  async run(seed: number): Promise<void> {
    const mailbox = await this.newMailbox(userOf(seed));
    const told: string[] = [];
    try {
      for (let step = 0; step < STEPS; step++) {
        const random: Random = (below, ...words) => seeded(seed, below, step, ...words);
        const change = CHANGES[random(CHANGES.length)]!;
        const what = await (change === 'cut' || change === 'restart'
          ? this.interrupt(change, mailbox, random)
          : change(mailbox, random));
        told.push(`${step} ${typeof change === 'string' ? change : change.name}: ${what}`);
      }
      this.proxy.cutAt(Infinity);
      await bothSidesAreEqual(this.service, mailbox);
    } catch (error) {
      throw new Error([`seed ${seed}: ${(error as Error).message}`, ...told].join('\n'), { cause: error });
    } finally {
      this.proxy.cutAt(Infinity);
      mailbox.other.close();
    }
  }

  async close(): Promise<void> {
    if (this.service !== this.first) await this.service.stop();
    this.proxy.stop();
    await Promise.all([this.first.stop(), this.dovecot.stop()]);
  }

  private async newMailbox(user: string): Promise<SharedMailbox> {
    const requests = new Requests(this.service.url, this.admin.headers);
    const other = await OtherProgram.connect(this.dovecot.imapPort, user, PASSWORD);
    const settings = { keepServerCopies: false, createTasks: true };
    const body = accountOn({ imapPort: this.proxy.port, smtpPort: 1 }, user, PASSWORD, settings);
    const { id } = await addAccount(requests, body, '?skipTest=true');
    const mailbox = new SharedMailbox(id, user, this.dovecot, other, requests, !hasUidPlus(this.variant));
    await mailbox.fill();
    return mailbox;
  }

  /** Interrupts a fetch: its connection is cut, or its service stops and another one takes over. */
  private async interrupt(how: 'cut' | 'restart', mailbox: SharedMailbox, random: Random): Promise<string> {
    if (how === 'cut') {
      const pieces = 1 + random(MOST_PIECES, 'pieces');
      this.proxy.cutAt(pieces);
      await startFetch(mailbox.requests, mailbox.accountId);
      return `at piece ${pieces}`;
    }
    const { watchMail } = this.variant;
    const steps = 1 + random(MOST_STEPS, 'steps');
    const reached = passed(steps);
    await startFetch(mailbox.requests, mailbox.accountId);
    await reached;
    await this.service.end();
    this.service = await RunningService.start({ beside: this.first, config: { watchMail } });
    mailbox.requests = new Requests(this.service.url, mailbox.requests.headers);
    return `at step ${steps}`;
  }
}

/** Resolves at that step of the service (`src/platform/steps.ts`), and at the end of a fetch. */
async function passed(steps: number): Promise<void> {
  const told = channel('mailroom:step');
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = steps;
  const count = (step: unknown): void => {
    left -= 1;
    if (left > 0 && step !== 'fetch.finished') return;
    told.unsubscribe(count);
    resolve();
  };
  told.subscribe(count);
  await promise;
}
