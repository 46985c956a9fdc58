/** A piece of a response line; the session sends strings as latin1 and bytes unchanged. */
export type Piece = string | Buffer;

/** A quoted string for short printable ASCII, otherwise a literal, RFC 3501 section 4.3. */
export function string(value: string | Buffer): Piece[] {
  const text = typeof value === 'string' ? value : value.toString('latin1');
  if (/^[\x20-\x7e]*$/.test(text) && text.length < 1000) return [`"${text.replace(/["\\]/g, '\\$&')}"`];
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  return literal(bytes);
}

export function nstring(value: string | Buffer | undefined): Piece[] {
  return value === undefined ? ['NIL'] : string(value);
}

export function literal(bytes: Buffer): Piece[] {
  return [`{${bytes.length}}\r\n`, bytes];
}

export function list(items: Piece[][], between = ' '): Piece[] {
  return ['(', ...items.flatMap((item, index) => (index === 0 ? item : [between, ...item])), ')'];
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 3501 section 9, date-time; always in UTC. */
export function dateTime(date: Date): string {
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `"${day}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} +0000"`;
}

export function parseDateTime(text: string): Date {
  const [, day = '', month = '', year = '', time = '', zone = ''] =
    /^ ?(\d{1,2})-(\w{3})-(\d{4})(?: (\d\d:\d\d:\d\d) ([+-]\d{4}))?$/.exec(text) ?? [];
  return new Date(`${day} ${month} ${year} ${time || '00:00:00'} ${zone || '+0000'}`);
}
