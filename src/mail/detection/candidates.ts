import type { OutboundGuard } from '../servers/outbound-guard.js';
import { type ConnectOptions, MailServerFailure } from '../servers/servers.js';
import { greets } from './greeting.js';
import type { Offer, Side } from './offer.js';
import { within } from './time-limit.js';

export interface CheckOptions extends ConnectOptions {
  /** ms for one server to greet */
  timeoutMs: number;
  /** aborted when the time for all of them is up */
  signal: AbortSignal;
  /** lets through public addresses only, whatever is allowed */
  strict: OutboundGuard;
  /** private addresses are allowed here */
  allowPrivate: boolean;
}

/** Who was asked and did not greet, and why. */
export interface Silent {
  side: Side;
  host: string;
  failure: MailServerFailure;
}

/** Remembers each server that was asked, so that what two sources say is asked once. */
export class Candidates {
  readonly silent: Silent[] = [];
  private readonly asked = new Map<string, Promise<boolean>>();

  constructor(private readonly options: CheckOptions) {}

  /** The first that greets, in the order given but encryption before none; all are asked at once. */
  async firstGreeting(side: Side, offers: readonly Offer[]): Promise<Offer | null> {
    const safestFirst = offers.toSorted((a, b) => Number(a.security === 'none') - Number(b.security === 'none'));
    const asked = safestFirst.map((offer) => ({ offer, greeted: this.greeted(side, offer) }));
    for (const { offer, greeted } of asked) if (await greeted) return offer;
    return null;
  }

  private greeted(side: Side, offer: Offer): Promise<boolean> {
    const { host, port, security } = offer;
    const key = `${side} ${host} ${port} ${security}`;
    const known = this.asked.get(key) ?? this.ask(side, { host, port, security, login: null });
    this.asked.set(key, known);
    return known;
  }

  private async ask(side: Side, offer: Offer): Promise<boolean> {
    try {
      if (offer.security === 'none' && !(await this.mayGoUnencrypted(offer.host))) return false;
      await greets(side, offer, this.options);
      return true;
    } catch (error) {
      if (error instanceof MailServerFailure) this.silent.push({ side, host: offer.host, failure: error });
      return false;
    }
  }

  /** Nobody named this server, so a password goes there unencrypted only where it does not leave the house. */
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
