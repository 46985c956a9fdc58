import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** IP addresses of a host name, in the resolver's order. */
export type Lookup = (host: string) => Promise<{ address: string }[]>;

export class HostNotAllowed extends Error {
  constructor(
    readonly host: string,
    readonly why: string,
  ) {
    super(`Host not allowed: ${JSON.stringify(host)} ${why}`);
    this.name = 'HostNotAllowed';
  }
}

export class HostUnknown extends Error {
  constructor(
    readonly host: string,
    cause?: unknown,
  ) {
    super(`Host not found: ${host}`, { cause });
    this.name = 'HostUnknown';
  }
}

/**
 * Decides which IP addresses a connection to a user's host name may use. The caller dials the returned address and uses
 * the name only as TLS servername, so a name with a different second answer (DNS rebinding) gains nothing.
 */
export class OutboundGuard {
  private readonly refusalOf: (address: string) => string | null;
  private readonly lookup: Lookup;

  /** @param options.allowPrivate allow loopback, RFC 1918, CGNAT, unique local addresses: for tests and intranets */
  constructor(options: { allowPrivate: boolean; lookup?: Lookup }) {
    this.refusalOf = (address) => addressRefusal(address, options.allowPrivate);
    this.lookup = options.lookup ?? ((host) => systemLookup(host, { all: true, order: 'verbatim' }));
  }

  /**
   * IP addresses to dial in this order, IPv4 first.
   * @throws HostNotAllowed when the host is no plain name or address, or one of its addresses is not public unicast
   * @throws HostUnknown when the name has no address
   */
  async resolve(host: string): Promise<string[]> {
    const spelling = spellingRefusal(host);
    if (spelling) throw new HostNotAllowed(host, spelling);
    const addresses = isIP(host) ? [host] : await this.addressesOf(host);
    for (const address of addresses) {
      const why = this.refusalOf(address);
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

/** Refuses by spelling alone each host that resolvers and URL parsers may read in different ways. */
function spellingRefusal(host: string): string | null {
  if (host.includes('%')) return 'contains a zone or an escape';
  if (isIP(host)) return null;
  if (host.length === 0 || host.length > 253) return 'is empty or longer than 253 characters';
  if (host.includes(':')) return 'contains a colon; the port is a field of its own';
  if (host.endsWith('.')) return 'ends in a dot';
  const labels = host.split('.');
  if (!labels.every((part) => label.test(part))) return 'is not a host name';
  // WHATWG URL, "ends in a number": decimal, octal, hexadecimal and shortened spellings of IPv4 addresses.
  if (/^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '')) return 'is not a plain IP address';
  return null;
}

const privateRanges = new Set(['private', 'loopback', 'carrierGradeNat', 'uniqueLocal']);
const embeddingPrefixes = [ipaddr.IPv6.parse('::ffff:0:0'), ipaddr.IPv6.parse('64:ff9b::')];
const globalUnicast = ipaddr.IPv6.parse('2000::');

function addressRefusal(address: string, allowPrivate: boolean): string | null {
  if (!ipaddr.isValid(address)) return 'has an invalid address';
  const ip = innermost(ipaddr.parse(address));
  const range = ip.range();
  if (allowPrivate && privateRanges.has(range)) return null;
  // Only 2000::/3 is assigned; ipaddr.js reports the unassigned rest, and ::/96, as unicast too.
  const unicast = range === 'unicast' && (ip instanceof ipaddr.IPv4 || ip.match(globalUnicast, 3));
  return unicast ? null : `is not at a public address (${range === 'unicast' ? 'unassigned' : range})`;
}

/**
 * The IPv4 address inside an IPv4-mapped or NAT64 address (RFC 4291 §2.5.5.2, RFC 6052 §2.1): a connection would
 * reach that one.
 */
function innermost(ip: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (ip instanceof ipaddr.IPv4 || !embeddingPrefixes.some((prefix) => ip.match(prefix, 96))) return ip;
  return new ipaddr.IPv4(ip.toByteArray().slice(12));
}
