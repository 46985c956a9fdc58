import { Tsvector } from './tsvector.js';
import { storableText } from './storable.js';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const END = Buffer.from([0xff, 0xff]);
/** 2000-01-01, in milliseconds: PostgreSQL counts from there. */
const EPOCH = Date.UTC(2000, 0, 1);

/** Rows in the binary format of COPY: texts, times and tsvectors. Undefined if a value has another type. */
export function binaryRows(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly string[],
): Buffer[] | undefined {
  const pieces: Uint8Array[] = [SIGNATURE];
  for (const row of rows) {
    const count = Buffer.allocUnsafe(2);
    count.writeInt16BE(columns.length);
    pieces.push(count);
    for (const column of columns) {
      const value = row[column];
      const length = Buffer.allocUnsafe(4);
      pieces.push(length);
      if (value === null || value === undefined) {
        length.writeInt32BE(-1);
        continue;
      }
      const bytes = bytesOf(value);
      if (!bytes) return undefined;
      length.writeInt32BE(bytes.length);
      pieces.push(bytes);
    }
  }
  return [Buffer.concat([...pieces, END])];
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value === 'string') return Buffer.from(storableText(value));
  if (value instanceof Tsvector) return value.bytes;
  if (!(value instanceof Date)) return undefined;
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt(value.getTime() - EPOCH) * 1000n);
  return bytes;
}
