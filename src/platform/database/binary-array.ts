/** Type oids of PostgreSQL (`pg_type.dat`). */
export const JSON_TYPE = 114;
export const TEXT_TYPE = 25;

const HEADER = 20;

/**
 * Encodes texts as a one-dimensional array in PostgreSQL's binary format (`array_send`). pg passes the bytes on, so
 * long texts are not quoted and parsed again.
 * @param elementType oid of the elements
 */
export function binaryArray(elementType: number, texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const buffer = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, HEADER));
  buffer.writeInt32BE(1, 0); // dimensions
  buffer.writeInt32BE(0, 4); // no nulls
  buffer.writeInt32BE(elementType, 8);
  buffer.writeInt32BE(texts.length, 12);
  buffer.writeInt32BE(1, 16); // first index
  let at = HEADER;
  for (const [index, text] of texts.entries()) {
    at = buffer.writeInt32BE(lengths[index]!, at);
    at += buffer.write(text, at, 'utf8');
  }
  return buffer;
}
