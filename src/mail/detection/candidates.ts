import type { OutboundGuard } from '../servers/outbound-guard.js';
import { type ConnectOptions, MailServerFailure } from '../servers/servers.js';
import { requireGreeting } from './greeting.js';
import type { Offer, Side } from './offer.js';
import { within } from './time-limit.js';

interface CheckOptions extends ConnectOptions {
  /** ms for one server to greet */
  timeoutMs: number;
  /** aborted at the time limit for all servers */
  signal: AbortSignal;
  /** allows public addresses only, also when `allowPrivate` is true */
  strict: OutboundGuard;
  /** true: the service may connect to private addresses */
  allowPrivate: boolean;
}

/** A server without a greeting, and the cause. */
export interface SilentServer {
  side: Side;
  host: string;
  failure: MailServerFailure;
}

/** Tries each offered server once, also when several sources offer it. */
export class Candidates {
  readonly silent: SilentServer[] = [];
  private readonly attempts = new Map<string, Promise<boolean>>();

  constructor(private readonly options: CheckOptions) {}

  /** The first server that greets, in the given order, but encrypted before unencrypted. All are tried in parallel. */
  async firstGreeting(side: Side, offers: readonly Offer[]): Promise<Offer | null> {
    const safestFirst = offers.toSorted((a, b) => Number(a.security === 'none') - Number(b.security === 'none'));
    const attempts = safestFirst.map((offer) => ({ offer, greeted: this.greeted(side, offer) }));
    for (const { offer, greeted } of attempts) if (await greeted) return offer;
    return null;
  }

  private greeted(side: Side, offer: Offer): Promise<boolean> {
    const { host, port, security } = offer;
    const key = `${side} ${host} ${port} ${security}`;
    const attempt = this.attempts.get(key) ?? this.try(side, { host, port, security, login: null });
    this.attempts.set(key, attempt);
    return attempt;
  }

  private async try(side: Side, offer: Offer): Promise<boolean> {
    try {
      if (offer.security === 'none' && !(await this.mayGoUnencrypted(offer.host))) return false;
      await requireGreeting(side, offer, this.options);
      return true;
    } catch (error) {
      if (error instanceof MailServerFailure) this.silent.push({ side, host: offer.host, failure: error });
      return false;
    }
  }

  /** The user did not name this server, so an unencrypted password may go there only within the private network. */
  private async mayGoUnencrypted(host: string): Promise<boolean> {
    const { allowPrivate, strict, timeoutMs, signal } = this.options;
    if (!allowPrivate) return false;
    const isInside = strict.resolve(host).then(
      () => false,
      () => true,
    );
    return within(timeoutMs, signal, isInside, false);
  }
}
