import { textIn } from './codepages.js';

/** Ids of properties (MS-OXPROPS). */
export const PROPERTY = {
  subject: 0x0037,
  body: 0x1000,
  compressedRtf: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  attachmentData: 0x3701,
  filename: 0x3704,
  longFilename: 0x3707,
  contentType: 0x370e,
  contentId: 0x3712,
  internetCodepage: 0x3fde,
} as const;

const MULTIPLE = 0x1000;
const UNICODE = 0x1f;
const STRING = 0x1e;
const OBJECT = 0x0d;
const UTF_16 = 1200;
/** Octets of a value by its type, filled up to four. */
const SIZES: Readonly<Record<number, number>> = {
  0x01: 0,
  0x02: 4,
  0x03: 4,
  0x04: 4,
  0x05: 8,
  0x06: 8,
  0x07: 8,
  0x0a: 4,
  0x0b: 4,
  0x14: 8,
  0x40: 8,
  0x48: 16,
};
/** Strings, objects and binary values: a count, then the length and octets of each. */
const VARIABLE: ReadonlySet<number> = new Set([0x00, OBJECT, STRING, UNICODE, 0x102]);
const NAMED = 0x8000;
const GUID_BYTES = 16;

interface Value {
  type: number;
  bytes: Buffer;
}

/** Properties of a message or an attachment; of several values the first. */
export class MapiProperties {
  constructor(
    private readonly values: ReadonlyMap<number, Value>,
    private readonly codepage: number,
  ) {}

  /** null: missing or empty */
  text(id: number): string | null {
    const { type, bytes } = this.values.get(id) ?? {};
    if (bytes === undefined || (type !== STRING && type !== UNICODE)) return null;
    return textIn(bytes, type === UNICODE ? UTF_16 : this.codepage) || null;
  }

  bytes(id: number): Buffer | null {
    const { bytes } = this.values.get(id) ?? {};
    return bytes && bytes.length > 0 ? bytes : null;
  }

  /** Octets of an object, without the id of its interface. */
  object(id: number): Buffer | null {
    const bytes = this.bytes(id);
    return bytes && this.values.get(id)?.type === OBJECT ? bytes.subarray(GUID_BYTES) : bytes;
  }

  html(): string | null {
    const { type, bytes } = this.values.get(PROPERTY.html) ?? {};
    if (bytes === undefined) return null;
    const named = this.values.get(PROPERTY.internetCodepage)?.bytes;
    const codepage = type === UNICODE ? UTF_16 : named && named.length >= 4 ? named.readUInt32LE(0) : this.codepage;
    return textIn(bytes, codepage) || null;
  }
}

/** Reads properties in the encoding of TNEF (MS-OXTNEF §2.1.3.4), up to the first invalid one. */
export function readMapiProperties(data: Buffer, codepage: number): MapiProperties {
  const values = new Map<number, Value>();
  const reader = new Reader(data);
  try {
    for (let left = reader.number(); left > 0; left--) {
      const type = reader.short();
      const id = reader.short();
      if (id >= NAMED) reader.skipName();
      const bytes = reader.value(type);
      if (!values.has(id)) values.set(id, { type: type & ~MULTIPLE, bytes });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return new MapiProperties(values, codepage);
}

/** Throws a RangeError at the end of the data. */
class Reader {
  private at = 0;

  constructor(private readonly data: Buffer) {}

  short(): number {
    this.at += 2;
    return this.data.readUInt16LE(this.at - 2);
  }

  number(): number {
    this.at += 4;
    return this.data.readUInt32LE(this.at - 4);
  }

  /** Of a named property: its GUID, then a number or a text. */
  skipName(): void {
    this.at += GUID_BYTES;
    const kind = this.number();
    if (kind === 0) this.at += 4;
    else this.padded();
  }

  /** The first of the values. */
  value(type: number): Buffer {
    const kind = type & ~MULTIPLE;
    if (VARIABLE.has(kind)) {
      let first: Buffer | undefined;
      for (let count = this.number(); count > 0; count--) {
        const bytes = this.padded();
        first ??= bytes;
      }
      return first ?? Buffer.alloc(0);
    }
    const size = SIZES[kind];
    if (size === undefined) throw new RangeError(`unknown type ${type}`);
    const count = type & MULTIPLE ? this.number() : 1;
    const bytes = this.data.subarray(this.at, this.at + (count > 0 ? size : 0));
    this.at += count * size;
    return bytes;
  }

  /** Octets with their length before them, filled up to four. */
  private padded(): Buffer {
    const length = this.number();
    const bytes = this.data.subarray(this.at, this.at + length);
    this.at += Math.ceil(length / 4) * 4;
    return bytes;
  }
}
