import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { MailDns } from '../servers/mail-dns.js';
import { type Lookup, OutboundGuard } from '../servers/outbound-guard.js';
import type { ServerSettings } from '../servers/servers.js';
import { Candidates } from './candidates.js';
import { NotDetected } from './not-detected.js';
import { type Offer, type Side, SIDES, type SignIn, type UsualPorts, type Whose } from './offer.js';
import { offersOf, providerOfDomain, providerOfServer } from './known-provider.js';
import type { Provider } from './providers.js';
import { everySource, type Said, type Source } from './sources.js';
import { abortsMany } from './time-limit.js';

/** In ms. */
export interface DetectionLimits {
  /** for all of it */
  all: number;
  /** for one source to say what it knows: who hangs takes no more than his share */
  find: number;
  /** for one server to greet */
  greet: number;
}

/** @param patience how much longer than usual everything may take, for tests on a busy machine */
export const usualLimits = (patience = 1): DetectionLimits => ({
  all: 9500 * patience,
  find: 4000 * patience,
  greet: 3500 * patience,
});

export type Servers = Record<Side, ServerSettings>;

export interface Detected extends Servers {
  /** what to log in with, the likeliest first */
  logins: readonly string[];
  signIn: SignIn;
  source: Source;
  provider: Provider | undefined;
}

/** The world that detection looks at. */
export interface DetectionOptions {
  /** made for one search: the answers to many searches at the same moment are more than one socket holds until they are read */
  dns: () => MailDns;
  ports: UsualPorts;
  allowPrivate: boolean;
  /** PEM to trust beside the well-known authorities */
  ca?: string | undefined;
  limits: DetectionLimits;
}

/** Finds the servers of an address. Sources are asked side by side; of what greets, the best source's is taken. */
export class ServerDetection {
  constructor(private readonly options: DetectionOptions) {}

  /**
   * Within `limits.all`, whoever hangs.
   * @param given servers that are known already, and kept
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
  private readonly whose: Whose;
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
    this.whose = { address, localPart: address.slice(0, at), domain: domainToASCII(address.slice(at + 1)) };
    const lookup = remembered(options.dns.addresses);
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
    this.provider = providerOfDomain(this.whose.domain);
  }

  async run(): Promise<Detected> {
    // What the WHATWG reads as an IP address in another spelling is no domain either.
    if (this.whose.domain === '' || isIP(this.whose.domain) !== 0) throw this.notDetected();
    await this.search();
    if (!this.isWhole(this.found) || this.source === undefined) throw this.notDetected();
    return this.detected(this.source);
  }

  private async search(): Promise<void> {
    const { whose, options, provider } = this;
    if (provider) {
      const greeted = await this.greeted(Promise.resolve(offersOf(provider, whose, options.ports)));
      if (this.isWhole(greeted)) return this.keep('provider', greeted);
    }
    const world = { guard: this.guard, ...options, findMs: options.limits.find };
    const asked = everySource(whose, world, this.signal, (told) => (this.provider ??= told));
    const answers = asked.map((one) => ({ ...one, greeted: this.greeted(one.says) }));
    const halves: [Source, Greeted][] = [];
    let denied: readonly Side[] = [];
    for (const { source, says, greeted, onlyWhole } of answers) {
      const answer = without(denied, await greeted);
      if (source === 'srv') denied = await deniedBy(says);
      if (source !== 'guess' && this.isWhole(answer)) return this.keep(source, answer);
      if (!onlyWhole) halves.push([source, answer]);
    }
    for (const [source, half] of halves) this.keep(source, half);
  }

  private async greeted(says: Promise<Said>): Promise<Greeted> {
    const said = await says;
    const first = (side: Side): Promise<Offer | null> =>
      this.needed.includes(side) ? this.candidates.firstGreeting(side, said[side] ?? []) : Promise.resolve(null);
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
    const said = SIDES.map((side) => this.found[side]?.login).filter((login) => typeof login === 'string');
    const provider =
      providerOfServer(incoming.host) ?? (source === 'provider' || source === 'mx' ? this.provider : undefined);
    return {
      incoming: settingsOf(incoming),
      outgoing: settingsOf(outgoing),
      // RFC 6186 §4: the whole address first, then what stands before the @.
      logins: [...new Set(said.length > 0 ? said : [this.address, this.whose.localPart])],
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

/** A domain that says it has no such server is not guessed at: less trusted sources are not heard about that side. */
const deniedBy = async (says: Promise<Said>): Promise<Side[]> => {
  const said = await says;
  return SIDES.filter((side) => said[side] === null);
};

const without = (denied: readonly Side[], { incoming, outgoing }: Greeted): Greeted => ({
  incoming: denied.includes('incoming') ? null : incoming,
  outgoing: denied.includes('outgoing') ? null : outgoing,
});

/** Each name is looked up once, so that it has the same addresses whenever it is dialled. */
function remembered(lookup: Lookup): Lookup {
  const known = new Map<string, ReturnType<Lookup>>();
  return (host) => {
    const found = known.get(host) ?? lookup(host);
    known.set(host, found);
    return found;
  };
}
