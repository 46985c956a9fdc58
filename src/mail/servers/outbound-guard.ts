import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Addresses of a name, in the resolver's order. */
export type Lookup = (host: string) => Promise<{ address: string }[]>;

export class HostNotAllowed extends Error {
  constructor(
    readonly host: string,
    readonly why: string,
  ) {
    super(`${JSON.stringify(host)} may not be dialled: ${why}`);
    this.name = 'HostNotAllowed';
  }
}

export class HostUnknown extends Error {
  constructor(
    readonly host: string,
    cause?: unknown,
  ) {
    super(`no address is known for ${JSON.stringify(host)}`, { cause });
    this.name = 'HostUnknown';
  }
}

/**
 * Decides which addresses may be dialled for a host name that a user gave. The caller dials the address it gets and names the
 * host only as TLS servername, so a name that answers differently the second time gains nothing.
 */
export class OutboundGuard {
  private readonly allowed: (address: string) => string | null;
  private readonly lookup: Lookup;

  /** @param options.allowPrivate loopback, RFC 1918, CGNAT and unique local addresses too: for tests and intranets */
  constructor(options: { allowPrivate: boolean; lookup?: Lookup }) {
    this.allowed = (address) => refusalOf(address, options.allowPrivate);
    this.lookup = options.lookup ?? ((host) => systemLookup(host, { all: true, verbatim: true }));
  }

  /**
   * IP addresses to dial, in order, IPv4 first.
   * @throws HostNotAllowed when the spelling is not a plain name or address, or any of its addresses is not public unicast;
   * HostUnknown when the name has no address
   */
  async resolve(host: string): Promise<string[]> {
    const spelling = spellingRefusal(host);
    if (spelling) throw new HostNotAllowed(host, spelling);
    const addresses = isIP(host) ? [host] : await this.addressesOf(host);
    for (const address of addresses) {
      const why = this.allowed(address);
      if (why) throw new HostNotAllowed(host, why);
    }
    return addresses.sort((a, b) => Number(isIPv4(b)) - Number(isIPv4(a)));
  }

  private async addressesOf(host: string): Promise<string[]> {
    const found = await this.lookup(host).catch((cause: unknown) => {
      throw new HostUnknown(host, cause);
    });
    if (found.length === 0) throw new HostUnknown(host);
    return [...new Set(found.map(({ address }) => address))];
  }
}

const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Everything that resolvers and URL parsers read in more than one way is refused by its spelling alone. */
function spellingRefusal(host: string): string | null {
  if (host.includes('%')) return 'an address with a zone or an escape';
  if (isIP(host)) return null;
  if (host.length === 0 || host.length > 253) return 'not the length of a host name';
  if (host.includes(':')) return 'not an address, and a port belongs beside the host';
  if (host.endsWith('.')) return 'it ends in a dot';
  const labels = host.split('.');
  if (!labels.every((part) => label.test(part))) return 'not a host name';
  // WHATWG URL, "ends in a number": decimal, octal, hexadecimal and shortened IPv4 spellings.
  if (/^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '')) return 'not a plain address';
  return null;
}

const privateRanges = new Set(['private', 'loopback', 'carrierGradeNat', 'uniqueLocal']);
const embeddingPrefixes = [ipaddr.IPv6.parse('::ffff:0:0'), ipaddr.IPv6.parse('64:ff9b::')];
const globalUnicast = ipaddr.IPv6.parse('2000::');

function refusalOf(address: string, allowPrivate: boolean): string | null {
  if (!ipaddr.isValid(address)) return 'not an address';
  const ip = innermost(ipaddr.parse(address));
  const range = ip.range();
  if (allowPrivate && privateRanges.has(range)) return null;
  // Only 2000::/3 is handed out; ipaddr.js calls the unassigned rest, and ::/96, unicast too.
  const unicast = range === 'unicast' && (ip instanceof ipaddr.IPv4 || ip.match(globalUnicast, 3));
  return unicast ? null : `not a public address (${range === 'unicast' ? 'unassigned' : range})`;
}

/** The IPv4 address inside an IPv4-mapped or NAT64 one (RFC 4291 §2.5.5.2, RFC 6052 §2.1), which is what would be reached. */
function innermost(ip: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (ip instanceof ipaddr.IPv4 || !embeddingPrefixes.some((prefix) => ip.match(prefix, 96))) return ip;
  return new ipaddr.IPv4(ip.toByteArray().slice(12));
}
