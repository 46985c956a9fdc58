import { type Judgement, missing, type Names, ok, tagsOf, wrong } from './judgement.js';

const isDmarc = (text: string): boolean => /^v\s*=\s*DMARC1\s*(;|$)/.test(text);

const POLICIES: Readonly<Record<string, string>> = {
  none: 'Receivers only report mail that fails; set p=quarantine or p=reject against forgeries.',
  quarantine: 'Receivers treat mail that fails as spam.',
  reject: 'Receivers refuse mail that fails.',
};

/**
 * Judges the DMARC record of a domain (RFC 7489 §6.6.3): its own, else that of the organisational domain.
 * @param organisation organisational domain; equal to `domain` if that is one
 */
export async function judgeDmarc(names: Names, domain: string, organisation: string): Promise<Judgement> {
  const own = (await names.texts(`_dmarc.${domain}`)).filter(isDmarc);
  const inherited = own.length === 0 && organisation !== domain;
  const records = inherited ? (await names.texts(`_dmarc.${organisation}`)).filter(isDmarc) : own;
  const place = `_dmarc.${inherited ? organisation : domain}`;
  if (records.length > 1)
    return wrong(null, `${place} has ${records.length} DMARC records; receivers ignore all of them. Keep one.`);
  const [record] = records;
  if (record === undefined)
    return missing(
      `${domain} has no DMARC record. Large providers refuse or distrust mail without it. ` +
        `Add a TXT record _dmarc.${organisation} with v=DMARC1; p=none; rua=mailto:postmaster@${organisation}.`,
    );
  const tags = tagsOf(record);
  if (tags === null) return wrong(record, `The DMARC record at ${place} is malformed: receivers ignore it.`);
  const policy = ((inherited ? tags.get('sp') : undefined) ?? tags.get('p'))?.toLowerCase();
  const advice = policy === undefined ? undefined : POLICIES[policy];
  if (advice === undefined)
    return wrong(
      record,
      `The DMARC record at ${place} has no valid policy: set p to none, quarantine or reject. Receivers ignore it.`,
    );
  return ok(record, `${place} has a DMARC record with the policy ${policy}. ${advice}`);
}
