import { setTimeout as pause } from 'node:timers/promises';
import { accountStream } from '../../accounts/account.events.js';
import { account } from '../../accounts/account.fold.js';
import type { Decide } from '../../platform/commands/decide.js';
import { mayFetch } from './fetch.decider.js';

const LOOK_EVERY_MS = 1000;

/** Looks whether an account may still be fetched, while it is: its configuration may change at any process. */
export class AccountWatch {
  private readonly unwanted = new AbortController();
  private readonly ended = new AbortController();
  /** of the account as it was seen last */
  private revision = -1;

  constructor(
    private readonly decide: Decide,
    private readonly accountId: string,
  ) {
    void this.look();
  }

  /** Aborts with a Refused that says why fetching must stop. */
  get signal(): AbortSignal {
    return this.unwanted.signal;
  }

  stop(): void {
    this.ended.abort();
  }

  private async look(): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted && !this.signal.aborted) {
      try {
        await this.check();
      } catch (error) {
        this.unwanted.abort(error);
      }
      await pause(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Most of the time the last fact of the stream is enough. A log that does not answer now is asked again. */
  private async check(): Promise<void> {
    const stream = accountStream(this.accountId);
    const newest = await this.decide.load(stream, account, 1).catch(() => undefined);
    if (newest === undefined || newest.revision === this.revision) return;
    const whole = await this.decide.load(stream, account).catch(() => undefined);
    if (whole === undefined) return;
    this.revision = whole.revision;
    mayFetch(whole.state);
  }
}
