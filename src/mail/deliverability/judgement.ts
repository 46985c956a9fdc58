/** State of one DNS record that receivers of mail ask for. */
export interface Judgement {
  state: 'ok' | 'missing' | 'wrong';
  /** text of the record; null if there is none, or several */
  record: string | null;
  /** for people: the state, its effect, and the way to mend it */
  sentence: string;
}

/** DNS queries that the judgements need. A missing name or record is an empty list; a failed query rejects. */
export interface Names {
  texts(name: string): Promise<string[]>;
  addresses(host: string): Promise<{ address: string }[]>;
  mailExchangers(domain: string): Promise<string[]>;
}

export const ok = (record: string, sentence: string): Judgement => ({ state: 'ok', record, sentence });
export const wrong = (record: string | null, sentence: string): Judgement => ({ state: 'wrong', record, sentence });
export const missing = (sentence: string): Judgement => ({ state: 'missing', record: null, sentence });

/** Tags of a DKIM or DMARC record (RFC 6376 §3.2): `name=value`, separated by semicolons; null if malformed. */
export function tagsOf(record: string): Map<string, string> | null {
  const tags = new Map<string, string>();
  const parts = record.split(';').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  for (const part of parts) {
    const [, name, value] = /^([a-z][a-z0-9_]*)\s*=\s*(.*)$/is.exec(part) ?? [];
    if (name === undefined || value === undefined || tags.has(name)) return null;
    tags.set(name, value.trim());
  }
  return tags;
}
