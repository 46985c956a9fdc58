/** Replaces U+0000 and lone surrogates: PostgreSQL cannot store them, and no read model may refuse a fact with them. */
export const storableText = (text: string): string =>
  (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text).toWellFormed();

export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!json.includes('\\u') || !/\\u(0000|d[89a-f])/.test(json)) return json;
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storableText(inner) : inner));
}
