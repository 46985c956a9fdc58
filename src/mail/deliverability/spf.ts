import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type Judgement, missing, type Names, ok, wrong } from './judgement.js';
import { expanded } from './spf-macros.js';
import { isSpf, type Term, termsOf } from './spf-terms.js';

/** Receivers stop at more of these, with an error (RFC 7208 §4.6.4). */
const MOST_LOOKUPS = 10;
const MOST_EXCHANGERS = 10;

export interface Sender {
  address: string;
  domain: string;
  outgoingHost: string;
  /** registrable domains of the provider of the outgoing server; names below them stand for the server */
  providerDomains: ReadonlySet<string>;
}

/** Fault of a record: receivers treat the whole record as an error (RFC 7208 §2.6.7). */
class Faulty extends Error {}

type Result = '+' | '-' | '~' | '?' | null;

/** Judges the SPF record of a domain: is it valid, and does it allow the outgoing server? */
export async function judgeSpf(
  names: Names,
  sender: Sender,
  organisationOf: (domain: string) => string,
): Promise<Judgement> {
  const { domain, outgoingHost: host } = sender;
  const records = (await names.texts(domain)).filter(isSpf);
  if (records.length > 1)
    return wrong(null, `${domain} has ${records.length} SPF records; receivers reject all of them. Keep one.`);
  const [record] = records;
  if (record === undefined)
    return missing(
      `${domain} has no SPF record: receivers cannot tell its servers from forgers. ` +
        'Add the TXT record that the provider of the outgoing server names.',
    );
  const addresses = isIP(host) ? [host] : (await names.addresses(host)).map(({ address }) => address);
  const walk = new Walk(names, sender, addresses.filter(isPublic), organisationOf);
  try {
    const result = await walk.record(domain, record);
    return verdict(record, sender, walk, result, addresses);
  } catch (error) {
    if (error instanceof Faulty)
      return wrong(record, `The SPF record of ${domain} is invalid: ${error.message}. Receivers ignore or refuse it.`);
    throw error;
  }
}

function verdict(record: string, sender: Sender, walk: Walk, result: Result, addresses: string[]): Judgement {
  const { domain, outgoingHost: host } = sender;
  const ending = walk.refusesOthers ? '' : ' It refuses no other server: end it with ~all or -all.';
  if (walk.allowsAll) return wrong(record, `The SPF record of ${domain} ends with +all and so allows every forger.`);
  if (result === '+' || walk.namesProvider)
    return ok(record, `The SPF record of ${domain} allows the outgoing server ${host}.${ending}`);
  if (addresses.length > 0 && !addresses.some(isPublic))
    return ok(
      record,
      `The SPF record of ${domain} is valid. The public address of ${host} is not known here.${ending}`,
    );
  return wrong(
    record,
    `The SPF record of ${domain} names neither the outgoing server ${host} nor its provider: receivers may refuse ` +
      'its mail. Add the part that the provider of the server names.',
  );
}

const isPublic = (address: string): boolean => ipaddr.isValid(address) && ipaddr.parse(address).range() === 'unicast';

/** Evaluates a record and all that it includes, for the addresses of the outgoing server. */
class Walk {
  /** a name below a domain of the provider is allowed to send */
  namesProvider = false;
  allowsAll = false;
  refusesOthers = false;
  private lookups = 0;

  constructor(
    private readonly names: Names,
    private readonly sender: Sender,
    private readonly addresses: readonly string[],
    private readonly organisationOf: (domain: string) => string,
  ) {}

  /** Result of the first term that matches; terms behind it still count as lookups for other servers. */
  async record(domain: string, record: string, outermost = true): Promise<Result> {
    const terms = termsOf(record);
    if (typeof terms === 'string') throw new Faulty(`the part ${JSON.stringify(terms)} is malformed`);
    let result: Result = null;
    for (const term of terms) {
      if (term.kind === 'redirect') continue;
      if (term.kind === 'all') {
        if (outermost) this.note(term.qualifier);
        return result ?? term.qualifier;
      }
      if (await this.matches(term, domain)) result ??= term.qualifier;
    }
    const redirect = terms.find(({ kind }) => kind === 'redirect') as Extract<Term, { kind: 'redirect' }> | undefined;
    if (redirect === undefined) return result;
    const target = this.target(redirect.domain, domain);
    const redirected = await this.record(target, await this.included(target), outermost);
    this.notes(target);
    return result ?? redirected;
  }

  private note(qualifier: Result): void {
    this.allowsAll = qualifier === '+';
    this.refusesOthers = qualifier === '-' || qualifier === '~';
  }

  private async matches(term: Exclude<Term, { kind: 'all' | 'redirect' }>, domain: string): Promise<boolean> {
    switch (term.kind) {
      case 'ip4':
      case 'ip6':
        return this.isWithin(...term.range);
      case 'include': {
        const target = this.target(term.domain, domain);
        const allowed = (await this.record(target, await this.included(target), false)) === '+';
        if (term.qualifier === '+') this.notes(target);
        return allowed;
      }
      case 'a':
      case 'mx': {
        this.count();
        const target = term.domain === null ? domain : this.target(term.domain, domain);
        const hosts = term.kind === 'a' ? [target] : await this.names.mailExchangers(target);
        if (term.qualifier === '+') hosts.forEach((host) => this.notes(host));
        const found = await Promise.all(hosts.slice(0, MOST_EXCHANGERS).map((host) => this.names.addresses(host)));
        return found
          .flat()
          .some(({ address }) => this.isWithin(address, address.includes(':') ? term.bits6 : term.bits4));
      }
      case 'exists':
        this.count();
        return (await this.names.addresses(this.target(term.domain, domain))).length > 0;
      case 'ptr':
        // RFC 7208 §5.5 advises against it, and receivers may leave it out.
        this.count();
        return false;
      default:
        return term satisfies never;
    }
  }

  private async included(target: string): Promise<string> {
    this.count();
    const records = (await this.names.texts(target)).filter(isSpf);
    if (records.length === 1) return records[0]!;
    throw new Faulty(records.length === 0 ? `${target} has no SPF record` : `${target} has several SPF records`);
  }

  private count(): void {
    if (++this.lookups > MOST_LOOKUPS)
      throw new Faulty(`it needs more than ${MOST_LOOKUPS} lookups; leave out servers that no longer send`);
  }

  private target(specification: string, domain: string): string {
    const { address, outgoingHost: helo } = this.sender;
    const target = expanded(specification, { sender: address, domain, ip: this.addresses[0], helo });
    if (target === null) throw new Faulty(`the part ${JSON.stringify(specification)} is malformed`);
    return target.replace(/\.$/, '').toLowerCase();
  }

  private notes(name: string): void {
    if (this.sender.providerDomains.has(this.organisationOf(name))) this.namesProvider = true;
  }

  private isWithin(range: string, bits: number): boolean {
    const network = ipaddr.parse(range);
    return this.addresses.some((each) => {
      const address = ipaddr.parse(each);
      return address.kind() === network.kind() && address.match(network, bits);
    });
  }
}
