import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { MailDns } from '../servers/mail-dns.js';
import { type Lookup, OutboundGuard } from '../servers/outbound-guard.js';
import type { ServerSettings } from '../servers/servers.js';
import { Candidates } from './candidates.js';
import { NotDetected } from './not-detected.js';
import { type Offer, type Side, SIDES, type SignIn, type UsualPorts, type MailAddress } from './offer.js';
import { offersOf, providerOfDomain, providerOfServer } from './known-provider.js';
import type { Provider } from './providers.js';
import { askEverySource, type SourceAnswer, type Source } from './sources.js';
import { abortsMany } from './time-limit.js';

/** Time limits in ms. */
export interface DetectionLimits {
  /** for the whole detection */
  all: number;
  /** for one source to answer, so that a source that hangs does not use up all the time */
  find: number;
  /** for one server to greet */
  greet: number;
}

/** @param patience factor for all limits, for tests on a busy machine */
export const usualLimits = (patience = 1): DetectionLimits => ({
  all: 9500 * patience,
  find: 4000 * patience,
  greet: 3500 * patience,
});

type Servers = Record<Side, ServerSettings>;

export interface Detected extends Servers {
  /** login names to try, the likeliest first */
  logins: readonly string[];
  signIn: SignIn;
  source: Source;
  provider: Provider | undefined;
}

interface DetectionOptions {
  /** creates a resolver per search: the answers to many parallel searches overflow the buffer of one socket */
  dns: () => MailDns;
  ports: UsualPorts;
  allowPrivate: boolean;
  /** PEM certificates to trust beside the well-known authorities */
  ca?: string | undefined;
  limits: DetectionLimits;
}

/** Finds the mail servers of an address. Asks all sources in parallel and takes the most trusted servers that greet. */
export class ServerDetection {
  constructor(private readonly options: DetectionOptions) {}

  /**
   * Settles within `limits.all`.
   * @param given servers that the user entered; the result keeps them
   * @throws NotDetected
   */
  async detect(address: string, given: Partial<Servers> = {}): Promise<Detected> {
    const end = abortsMany();
    const dns = this.options.dns();
    const limit = setTimeout(() => end.abort(new Error('detection took too long')), this.options.limits.all);
    try {
      return await new Search(address, given, { ...this.options, dns }, end.signal).run();
    } finally {
      clearTimeout(limit);
      end.abort(new Error('detection is over'));
      dns.close();
    }
  }
}

type Greeted = Record<Side, Offer | null>;

class Search {
  private readonly mailbox: MailAddress;
  private readonly guard: OutboundGuard;
  private readonly candidates: Candidates;
  private readonly needed: readonly Side[];
  private readonly found: Greeted = { incoming: null, outgoing: null };
  private source: Source | undefined;
  private provider: Provider | undefined;

  constructor(
    private readonly address: string,
    private readonly given: Partial<Servers>,
    private readonly options: Omit<DetectionOptions, 'dns'> & { dns: MailDns },
    private readonly signal: AbortSignal,
  ) {
    const at = address.lastIndexOf('@');
    this.mailbox = { address, localPart: address.slice(0, at), domain: domainToASCII(address.slice(at + 1)) };
    const lookup = cached(options.dns.addresses);
    const { allowPrivate, ca, limits } = options;
    this.guard = new OutboundGuard({ allowPrivate, lookup });
    const strict = new OutboundGuard({ allowPrivate: false, lookup });
    this.candidates = new Candidates({
      guard: this.guard,
      strict,
      allowPrivate,
      signal,
      timeoutMs: limits.greet,
      ...(ca === undefined ? {} : { ca }),
    });
    this.needed = SIDES.filter((side) => given[side] === undefined);
    this.provider = providerOfDomain(this.mailbox.domain);
  }

  async run(): Promise<Detected> {
    // `domainToASCII` turns other spellings of an IP address into the plain one; that is no domain either.
    if (this.mailbox.domain === '' || isIP(this.mailbox.domain) !== 0) throw this.notDetected();
    await this.search();
    if (!this.isWhole(this.found) || this.source === undefined) throw this.notDetected();
    return this.detected(this.source);
  }

  private async search(): Promise<void> {
    const { mailbox, options, provider } = this;
    if (provider) {
      const greeted = await this.greeted(Promise.resolve(offersOf(provider, mailbox, options.ports)));
      if (this.isWhole(greeted)) return this.keep('provider', greeted);
    }
    const world = { guard: this.guard, ...options, findMs: options.limits.find };
    const sources = askEverySource(mailbox, world, this.signal, (found) => (this.provider ??= found));
    const answers = sources.map((source) => ({ ...source, greeted: this.greeted(source.answer) }));
    const halves: [Source, Greeted][] = [];
    let denied: readonly Side[] = [];
    for (const { source, answer, greeted, onlyWhole } of answers) {
      const allowed = without(denied, await greeted);
      if (source === 'srv') denied = await deniedBy(answer);
      if (source !== 'guess' && this.isWhole(allowed)) return this.keep(source, allowed);
      if (!onlyWhole) halves.push([source, allowed]);
    }
    for (const [source, half] of halves) this.keep(source, half);
  }

  private async greeted(answer: Promise<SourceAnswer>): Promise<Greeted> {
    const offers = await answer;
    const first = (side: Side): Promise<Offer | null> =>
      this.needed.includes(side) ? this.candidates.firstGreeting(side, offers[side] ?? []) : Promise.resolve(null);
    const [incoming, outgoing] = await Promise.all([first('incoming'), first('outgoing')]);
    return { incoming, outgoing };
  }

  private isWhole(greeted: Greeted): boolean {
    return this.needed.every((side) => greeted[side] !== null);
  }

  private keep(source: Source, greeted: Greeted): void {
    for (const side of SIDES) {
      if (greeted[side] === null || this.found[side] !== null) continue;
      this.found[side] = greeted[side];
      this.source ??= source;
    }
  }

  private detected(source: Source): Detected {
    const { incoming, outgoing } = { ...this.found, ...this.given } as Servers;
    const logins = SIDES.map((side) => this.found[side]?.login).filter((login) => typeof login === 'string');
    const provider =
      providerOfServer(incoming.host) ?? (source === 'provider' || source === 'mx' ? this.provider : undefined);
    return {
      incoming: settingsOf(incoming),
      outgoing: settingsOf(outgoing),
      // RFC 6186 §4: first the whole address, then the local part.
      logins: [...new Set(logins.length > 0 ? logins : [this.address, this.mailbox.localPart])],
      signIn: provider?.signIn ?? 'password',
      source,
      provider,
    };
  }

  private notDetected(): NotDetected {
    const { incoming, outgoing } = this.found;
    return new NotDetected(
      {
        domain: this.address.slice(this.address.lastIndexOf('@') + 1),
        missing: this.needed.filter((side) => this.found[side] === null),
        provider: this.provider?.name,
        silent: this.candidates.silent,
      },
      {
        ...(incoming ? { incoming: settingsOf(incoming) } : {}),
        ...(outgoing ? { outgoing: settingsOf(outgoing) } : {}),
      },
    );
  }
}

const settingsOf = ({ host, port, security }: ServerSettings): ServerSettings => ({ host, port, security });

/** The sides that a domain states not to offer: less trusted sources do not count for them. */
const deniedBy = async (answer: Promise<SourceAnswer>): Promise<Side[]> => {
  const offers = await answer;
  return SIDES.filter((side) => offers[side] === null);
};

const without = (denied: readonly Side[], { incoming, outgoing }: Greeted): Greeted => ({
  incoming: denied.includes('incoming') ? null : incoming,
  outgoing: denied.includes('outgoing') ? null : outgoing,
});

/** Looks each name up once, so that every connection of a search sees the same addresses. */
function cached(lookup: Lookup): Lookup {
  const answers = new Map<string, ReturnType<Lookup>>();
  return (host) => {
    const answer = answers.get(host) ?? lookup(host);
    answers.set(host, answer);
    return answer;
  };
}
