import { type MxRecord, promises, type SrvRecord } from 'node:dns';
import type { Lookup } from './outbound-guard.js';

const TRY_MS = 1500;
const TRIES = 2;

/** There is no such name, or it has no record of that type; anything else is a failure of the name servers. */
const NOTHING: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * What is asked of the domain name system about mail. Never the system's resolver: that blocks a thread for each name whose server
 * hangs. Names are in ASCII. What it answers is a stranger's word: whoever dials asks the guard.
 */
export class MailDns {
  private readonly resolver: promises.Resolver;

  /** @param servers `address` or `address:port`; the system's when there are none */
  constructor(servers: readonly string[] = [], patience = 1) {
    this.resolver = new promises.Resolver({ timeout: TRY_MS * patience, tries: TRIES });
    if (servers.length > 0) this.resolver.setServers(servers);
  }

  /** Whoever still waits for an answer gets none. */
  close(): void {
    this.resolver.cancel();
  }

  /** A family that cannot be had does not hide the other one. */
  readonly addresses: Lookup = async (host) => {
    const families = await Promise.allSettled([this.resolver.resolve4(host), this.resolver.resolve6(host)]);
    const found = families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
    const failure = families.find(
      (family): family is PromiseRejectedResult => family.status === 'rejected' && isFailure(family.reason),
    );
    if (found.length === 0 && failure) throw failure.reason;
    return found.map((address) => ({ address }));
  };

  /** Host names, the preferred first; none for a domain that takes no mail (RFC 7505). */
  async mailExchangers(domain: string): Promise<string[]> {
    const records = await orNone<MxRecord>(this.resolver.resolveMx(domain));
    return records
      .toSorted((a, b) => a.priority - b.priority)
      .map(({ exchange }) => plain(exchange))
      .filter((host) => host !== '');
  }

  /**
   * Where a service of a domain is, the preferred first; null when the domain says that it does not offer it (RFC 2782).
   * @param service as `_imaps._tcp`
   */
  async service(service: string, domain: string): Promise<{ host: string; port: number }[] | null> {
    const records = await orNone<SrvRecord>(this.resolver.resolveSrv(`${service}.${domain}`));
    const places = records
      .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
      .map(({ name, port }) => ({ host: plain(name), port }));
    return places.length > 0 && places.every(({ host }) => host === '')
      ? null
      : places.filter(({ host }) => host !== '');
  }
}

const plain = (name: string): string => name.replace(/\.$/, '').toLowerCase();

const isFailure = (error: unknown): boolean => !NOTHING.has((error as NodeJS.ErrnoException).code ?? '');

const orNone = <T>(asked: Promise<T[]>): Promise<T[]> =>
  asked.catch((error: unknown) => {
    if (isFailure(error)) throw error;
    return [];
  });
