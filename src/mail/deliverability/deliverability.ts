import { domainToASCII } from 'node:url';
import { providerOfOutgoing } from '../detection/known-provider.js';
import { domainOf } from '../reading/sender.js';
import type { MailDns } from '../servers/mail-dns.js';
import { judgeDkim } from './dkim.js';
import { judgeDmarc } from './dmarc.js';
import type { Judgement, Names } from './judgement.js';
import { judgeSpf } from './spf.js';

/** Registrable domains under which a provider publishes its servers, by that of its outgoing server. */
const PUBLISHED_UNDER: Readonly<Record<string, readonly string[]>> = {
  'gmail.com': ['google.com'],
  'office365.com': ['outlook.com'],
  'ovh.net': ['ovh.com'],
  'zoho.com': ['zohomail.com'],
  'zoho.eu': ['zohomail.eu'],
};

const MOST_QUERIES = 200;

/** The name servers do not answer: nothing is known about the records. */
export class NameServersFailed extends Error {}

interface Judgements {
  domain: string;
  spf: Judgement;
  dkim: Judgement;
  dmarc: Judgement;
}

/** Judges the DNS records by which receivers of mail recognise its sender. */
export class Deliverability {
  /**
   * @param dns creates a resolver for each judgement
   * @param limitMs longest duration of a judgement
   */
  constructor(
    private readonly dns: () => MailDns,
    private readonly limitMs: number,
  ) {}

  /** @throws NameServersFailed */
  async judge(address: string, outgoingHost: string): Promise<Judgements> {
    const domain = domainToASCII(address.slice(address.lastIndexOf('@') + 1)).toLowerCase();
    const organisation = domainOf(domain);
    const dns = this.dns();
    const timer = setTimeout(() => dns.close(), this.limitMs);
    const names = atMost(MOST_QUERIES, dns);
    const sender = { address, domain, outgoingHost, providerDomains: providerDomainsOf(outgoingHost, organisation) };
    try {
      const [spf, dkim, dmarc] = await Promise.all([
        judgeSpf(names, sender, domainOf),
        judgeDkim(names, domain),
        judgeDmarc(names, domain, organisation),
      ]);
      return { domain, spf, dkim, dmarc };
    } catch (cause) {
      throw new NameServersFailed('The name servers do not answer.', { cause });
    } finally {
      clearTimeout(timer);
      dns.close();
    }
  }
}

/** Without the domain of the sender: a name below that one says nothing about its server. */
function providerDomainsOf(outgoingHost: string, organisation: string): ReadonlySet<string> {
  const server = domainOf(outgoingHost);
  const provider = providerOfOutgoing(outgoingHost);
  const domains = [server, ...(provider?.domains ?? []), ...(PUBLISHED_UNDER[server] ?? [])];
  return new Set(domains.filter((domain) => domain !== organisation || provider !== undefined));
}

/** A hostile chain of records ends; each name is asked once. */
function atMost(queries: number, dns: MailDns): Names {
  const asked = new Map<string, Promise<unknown>>();
  const once = <T>(kind: string, ask: (name: string) => Promise<T>) => {
    return (name: string): Promise<T> => {
      const key = `${kind} ${name}`;
      const answer = asked.get(key) ?? (asked.size < queries ? ask(name) : Promise.reject(new Error('too many names')));
      asked.set(key, answer);
      return answer as Promise<T>;
    };
  };
  return {
    texts: once('TXT', (name) => dns.texts(name)),
    addresses: once('A', (name) => dns.addresses(name)),
    mailExchangers: once('MX', (name) => dns.mailExchangers(name)),
  };
}
