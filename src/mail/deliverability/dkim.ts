import { createPublicKey } from 'node:crypto';
import { type Judgement, missing, type Names, ok, tagsOf, wrong } from './judgement.js';

/** Names of keys at providers of mail: the DNS has no way to list the keys of a domain. */
const SELECTORS =
  'default google selector1 selector2 s1 s2 k1 k2 k3 mail email dkim dkim1 dkim2 smtp mx x key1 key2 sig1 pm ' +
  'zoho zmail zohomail fm1 fm2 fm3 protonmail protonmail2 protonmail3 mxvault mandrill smtpapi mailjet everlytickey1 ' +
  '20161025 20210112 20221208 20230601 s1024 s2048 titan1 hostingermail-a hostingermail-b ovh home nazwa dkim-rsa ' +
  'dkim-ed25519 mailcow ms turbo-smtp cm sib brevo1 brevo2 krs ctct1 ctct2 kl kl2';

interface Key {
  selector: string;
  record: string;
  /** null: receivers accept the key */
  fault: string | null;
}

/** Judges the public keys of a domain for DKIM (RFC 6376 §3.6, RFC 8301, RFC 8463) under the usual names. */
export async function judgeDkim(names: Names, domain: string, seen: readonly string[] = []): Promise<Judgement> {
  const selectors = [...new Set([...seen, ...SELECTORS.split(' ')])];
  const answers = await Promise.allSettled(
    selectors.map(async (selector): Promise<Key[]> => {
      const texts = await names.texts(`${selector}._domainkey.${domain}`);
      return texts.filter(isKey).map((record) => ({ selector, record, fault: faultOf(record) }));
    }),
  );
  // One query without an answer hides no key; without any answer nothing is known.
  if (answers.every(({ status }) => status === 'rejected')) throw (answers[0] as PromiseRejectedResult).reason;
  const keys = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const good = keys.find(({ fault }) => fault === null);
  if (good)
    return ok(good.record, `${domain} has a DKIM key named ${good.selector}: receivers can check signatures by it.`);
  const [bad] = keys;
  if (bad) return wrong(bad.record, `The DKIM key ${bad.selector} of ${domain} is not usable: ${bad.fault}.`);
  return missing(
    `${domain} has no DKIM key under the ${selectors.length} usual names. Switch DKIM on at the provider of the ` +
      'outgoing server, and add the record that it shows. A key under a rarer name is not seen here.',
  );
}

/** A wildcard record for other purposes answers under every name. */
const isKey = (text: string): boolean => /^\s*v\s*=\s*DKIM1\s*(;|$)/.test(text) || /(^|;)\s*p\s*=/.test(text);

const SHORTEST_RSA = 1024;

function faultOf(record: string): string | null {
  const tags = tagsOf(record);
  const key = tags?.get('p')?.replaceAll(/\s+/g, '');
  if (!tags || key === undefined) return 'the record is malformed';
  if (key === '') return 'it is revoked (p is empty)';
  if (!(tags.get('s') ?? '*').split(':').some((service) => ['*', 'email'].includes(service.trim())))
    return 'it is not meant for mail';
  const type = tags.get('k') ?? 'rsa';
  const bytes = Buffer.from(key, 'base64');
  if (type === 'ed25519') return bytes.length === 32 ? null : 'an Ed25519 key has 32 bytes';
  if (type !== 'rsa') return `receivers do not know its type ${JSON.stringify(type)}`;
  const length = rsaLength(bytes);
  if (length === null) return 'it holds no public RSA key, perhaps because the record was cut';
  return length < SHORTEST_RSA ? `receivers ignore RSA keys below ${SHORTEST_RSA} bits, and it has ${length}` : null;
}

function rsaLength(key: Buffer): number | null {
  for (const type of ['spki', 'pkcs1'] as const)
    try {
      return createPublicKey({ key, format: 'der', type }).asymmetricKeyDetails?.modulusLength ?? null;
    } catch {
      // Some records hold the key without its algorithm (RFC 8017 A.1.1).
    }
  return null;
}
