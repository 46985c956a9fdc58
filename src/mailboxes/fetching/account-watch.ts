import { setTimeout as pause } from 'node:timers/promises';
import { accountStream } from '../../accounts/account.events.js';
import { account } from '../../accounts/account.fold.js';
import type { Decide } from '../../platform/commands/decide.js';
import { mayFetch } from './fetch.decider.js';

const CHECK_EVERY_MS = 1000;

/** Checks during a fetch that the account may still be fetched: another process may change or remove it. */
export class AccountWatch {
  private readonly forbidden = new AbortController();
  private readonly ended = new AbortController();
  /** revision of the account at the last full check */
  private revision = -1;

  constructor(
    private readonly decide: Decide,
    private readonly accountId: string,
  ) {
    void this.watch();
  }

  /** Aborts when the fetch must stop, with a Refused as its reason. */
  get signal(): AbortSignal {
    return this.forbidden.signal;
  }

  stop(): void {
    this.ended.abort();
  }

  private async watch(): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted && !this.signal.aborted) {
      try {
        await this.check();
      } catch (error) {
        this.forbidden.abort(error);
      }
      await pause(CHECK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Reads the last fact only, unless the account has changed. Errors of the log are ignored until the next check. */
  private async check(): Promise<void> {
    const stream = accountStream(this.accountId);
    const revision = await this.decide.revision(stream).catch(() => undefined);
    if (revision === undefined || revision === this.revision) return;
    const whole = await this.decide.load(stream, account).catch(() => undefined);
    if (whole === undefined) return;
    this.revision = whole.revision;
    mayFetch(whole.state);
  }
}
