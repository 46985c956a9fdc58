/** A kind of server, and of service. */
export interface Variant {
  name: string;
  /** extensions that the server offers; null: all of Dovecot */
  capability: string | null;
  /** true: the service watches the mailbox over IDLE */
  watchMail: boolean;
}

const ALL: Variant = { name: 'all extensions', capability: null, watchMail: false };

const VARIANTS: readonly Variant[] = [
  { ...ALL },
  { ...ALL, name: 'all extensions, watched', watchMail: true },
  {
    name: 'no MOVE and no QRESYNC',
    capability: 'IMAP4rev1 ENABLE IDLE NAMESPACE UIDPLUS SPECIAL-USE LIST-EXTENDED LIST-STATUS CONDSTORE',
    watchMail: false,
  },
  { name: 'no extensions but IDLE, watched', capability: 'IMAP4rev1 IDLE NAMESPACE SPECIAL-USE', watchMail: true },
];

/** Seeds of each variant, without variants that have none. */
export const byVariant = (seeds: readonly number[]): { variant: Variant; seeds: number[] }[] =>
  VARIANTS.map((variant, n) => ({ variant, seeds: seeds.filter((seed) => seed % VARIANTS.length === n) })).filter(
    (each) => each.seeds.length > 0,
  );

export const hasUidPlus = ({ capability }: Variant): boolean => capability === null || capability.includes('UIDPLUS');
