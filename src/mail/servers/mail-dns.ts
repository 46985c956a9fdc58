import { type MxRecord, promises, type SrvRecord } from 'node:dns';
import type { Lookup } from './outbound-guard.js';

const TRY_MS = 1500;
const TRIES = 2;

/** Error codes for a missing or impossible name, or a missing record. Other codes are failures of name servers. */
const NOT_FOUND: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

/**
 * DNS queries about mail, with host names in ASCII. The resolver of the operating system (getaddrinfo) is not used,
 * because a name server that hangs would block a thread. Answers are untrusted: the guard checks them before a dial.
 */
export class MailDns {
  private readonly resolver: promises.Resolver;

  /**
   * @param servers `address` or `address:port`; empty: the name servers of the system
   * @param patience factor for the time limits, for tests on a busy machine
   */
  constructor(servers: readonly string[] = [], patience = 1) {
    this.resolver = new promises.Resolver({ timeout: TRY_MS * patience, tries: TRIES });
    if (servers.length > 0) this.resolver.setServers(servers);
  }

  /** Cancels the queries in flight: they reject. */
  close(): void {
    this.resolver.cancel();
  }

  /** A failed query for one address family does not hide the addresses of the other. */
  readonly addresses: Lookup = async (host) => {
    const families = await Promise.allSettled([this.resolver.resolve4(host), this.resolver.resolve6(host)]);
    const found = families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
    const failure = families.find(
      (family): family is PromiseRejectedResult => family.status === 'rejected' && isFailure(family.reason),
    );
    if (found.length === 0 && failure) throw failure.reason;
    return found.map((address) => ({ address }));
  };

  /** TXT records of a name, each as one text. A name that cannot exist has none. */
  async texts(name: string): Promise<string[]> {
    const records = await orEmpty(this.resolver.resolveTxt(name));
    return records.map((parts) => parts.join(''));
  }

  /** Host names, the preferred first; empty for a domain without mail, also by a null MX (RFC 7505). */
  async mailExchangers(domain: string): Promise<string[]> {
    const records = await orEmpty<MxRecord>(this.resolver.resolveMx(domain));
    return records
      .toSorted((a, b) => a.priority - b.priority)
      .map(({ exchange }) => plain(exchange))
      .filter((host) => host !== '');
  }

  /**
   * Hosts and ports of a service of a domain, the preferred first; null when the domain states its absence (RFC 2782).
   * @param service such as `_imaps._tcp`
   */
  async service(service: string, domain: string): Promise<{ host: string; port: number }[] | null> {
    const records = await orEmpty<SrvRecord>(this.resolver.resolveSrv(`${service}.${domain}`));
    const places = records
      .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
      .map(({ name, port }) => ({ host: plain(name), port }));
    return places.length > 0 && places.every(({ host }) => host === '')
      ? null
      : places.filter(({ host }) => host !== '');
  }
}

const plain = (name: string): string => name.replace(/\.$/, '').toLowerCase();

const isFailure = (error: unknown): boolean => !NOT_FOUND.has((error as NodeJS.ErrnoException).code ?? '');

const orEmpty = <T>(query: Promise<T[]>): Promise<T[]> =>
  query.catch((error: unknown) => {
    if (isFailure(error)) throw error;
    return [];
  });
