import type { MailWorld } from '../test/mail-world.js';
import { autoconfig } from '../test/mail-world.js';

/** The way a domain publishes its servers, or the part that hangs. */
export const KINDS = ['autoconfig', 'srv', 'guess', 'web-hangs', 'mail-hangs', 'names-hang'] as const;
export type Kind = (typeof KINDS)[number];

/** The source of each detection; null: not found. */
export const FOUND_BY: Record<Kind, 'autoconfig' | 'srv' | 'guess' | null> = {
  autoconfig: 'autoconfig',
  srv: 'srv',
  guess: 'guess',
  'web-hangs': 'srv',
  'mail-hangs': null,
  'names-hang': null,
};

export interface Domain {
  name: string;
  kind: Kind;
  hangs: boolean;
}

/** Of ten domains, three publish autoconfig, three SRV records, two nothing, and two have a part that hangs. */
export const manyDomains = (count: number): Domain[] =>
  Array.from({ length: count }, (_, n) => {
    const place = n % 10;
    const hanging = (['web-hangs', 'mail-hangs', 'names-hang'] as const)[n % 3]!;
    const kind = place < 3 ? 'autoconfig' : place < 6 ? 'srv' : place < 8 ? 'guess' : hanging;
    return { name: `${kind}-${n}.test`, kind, hangs: place >= 8 };
  });

/** Accepts connections at the ports of the mail world and never answers. */
export const MUTE_ADDRESS = '127.0.0.2';

export function inhabit(world: MailWorld, domains: readonly Domain[]): void {
  world.names.isSilentAbout = (name) => /names-hang-\d+\.test$/.test(name);
  const { imaps, submissions } = world.ports;
  const services = (domain: string): void => {
    world.has(`mail.${domain}`);
    world.names.know(`_imaps._tcp.${domain}`, { srv: [{ target: `mail.${domain}`, port: imaps }] });
    world.names.know(`_submissions._tcp.${domain}`, { srv: [{ target: `mail.${domain}`, port: submissions }] });
  };
  const told: Record<Kind, (domain: string) => void> = {
    autoconfig(domain) {
      world.has(`autoconfig.${domain}`, `mail.${domain}`);
      const at = { host: `mail.${domain}` };
      const file = autoconfig({ ...at, port: imaps }, { ...at, port: submissions });
      world.shows(`https://autoconfig.${domain}/mail/config-v1.1.xml`, file);
    },
    srv: services,
    guess: (domain) => world.has(`imap.${domain}`, `smtp.${domain}`),
    'web-hangs'(domain) {
      world.names.know(`autoconfig.${domain}`, { a: [MUTE_ADDRESS] });
      services(domain);
    },
    'mail-hangs': (domain) =>
      ['imap', 'smtp'].forEach((name) => world.names.know(`${name}.${domain}`, { a: [MUTE_ADDRESS] })),
    'names-hang': () => undefined,
  };
  for (const { name, kind } of domains) told[kind](name);
}
