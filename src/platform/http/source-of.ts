import ipaddr from 'ipaddr.js';

/** Bits of an IPv6 address that name a network of one customer (RFC 6177); its holder chooses the rest at will. */
const NETWORK_BITS = 64;

/** The network address that limits count: an IPv4 address, or the /64 of an IPv6 address. */
export function sourceOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? parsed.toString()
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${NETWORK_BITS}`).toString()}/${NETWORK_BITS}`;
}
