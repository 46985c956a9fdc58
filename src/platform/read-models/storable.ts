/** PostgreSQL's text holds neither U+0000 nor half a surrogate pair; a fact may, and no read model refuses a fact. */
export const storableText = (text: string): string =>
  (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text).toWellFormed();

export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!json.includes('\\u') || !/\\u(0000|d[89a-f])/.test(json)) return json;
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storableText(inner) : inner));
}
