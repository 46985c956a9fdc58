import { storableText } from './storable.js';

/** PostgreSQL keeps 256 positions of a word. */
const MOST_POSITIONS = 256;

type Lexemes = ReadonlyMap<string, readonly number[]>;

/**
 * A tsvector in PostgreSQL's binary format (`tsvector_recv`): to parse its text would cost the server more than to
 * store it. The lexemes have no order, and each stands once.
 */
export class Tsvector {
  private constructor(readonly bytes: Uint8Array) {}

  /** @param lexemes with their positions in ascending order */
  static of(lexemes: Lexemes): Tsvector {
    const storable = storableLexemes(lexemes);
    let size = 4;
    for (const [lexeme, { length }] of storable) size += Buffer.byteLength(lexeme) + 3 + 2 * length;
    // Not from the pool of small Buffers: a thread would send all of the pool.
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = bytes.writeInt32BE(storable.size, 0);
    for (const [lexeme, positions] of storable) {
      at += bytes.write(lexeme, at, 'utf8');
      bytes[at++] = 0;
      bytes[at++] = positions.length >> 8;
      bytes[at++] = positions.length & 255;
      for (const position of positions) {
        bytes[at++] = position >> 8;
        bytes[at++] = position & 255;
      }
    }
    return new Tsvector(bytes);
  }

  /** From `bytes`, for example those that a thread has sent. */
  static from = (bytes: Uint8Array): Tsvector => new Tsvector(bytes);

  /** The lexemes of both, each once with all of its positions. */
  with(lexemes: Lexemes): Tsvector {
    const own = this.buffer;
    const added = new Map(storableLexemes(lexemes));
    const pieces: Uint8Array[] = [Buffer.alloc(4)];
    let from = 4;
    for (const { at, lexeme, next } of this.entries()) {
      const positions = added.get(lexeme);
      if (!positions) continue;
      const joined = new Map([
        [lexeme, ordered([...positionsIn(own, at + Buffer.byteLength(lexeme) + 3, next), ...positions])],
      ]);
      pieces.push(own.subarray(from, at), Tsvector.of(joined).bytes.subarray(4));
      added.delete(lexeme);
      from = next;
    }
    const bytes = Buffer.concat([...pieces, own.subarray(from), Tsvector.of(added).bytes.subarray(4)]);
    bytes.writeInt32BE(own.readInt32BE(0) + added.size, 0);
    return new Tsvector(bytes);
  }

  private get buffer(): Buffer {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  private *entries(): Generator<{ at: number; lexeme: string; next: number }> {
    const { buffer } = this;
    for (let at = 4; at < buffer.length;) {
      const end = buffer.indexOf(0, at);
      const next = end + 3 + 2 * buffer.readUInt16BE(end + 1);
      yield { at, lexeme: buffer.toString('utf8', at, end), next };
      at = next;
    }
  }

  /** The text form, such as `'kater':3,7 ':in:info'`. */
  toString(): string {
    return [...this.entries()]
      .map(({ at, lexeme, next }) => {
        const positions = positionsIn(this.buffer, at + Buffer.byteLength(lexeme) + 3, next);
        const quoted = `'${lexeme.replace(/['\\]/g, '$&$&')}'`;
        return positions.length > 0 ? `${quoted}:${positions.join()}` : quoted;
      })
      .join(' ');
  }

  toJSON(): string {
    return this.toString();
  }

  /** As a parameter of pg. */
  toPostgres(): string {
    return this.toString();
  }
}

/** Lexemes that PostgreSQL can store. Two that differ in other characters alone become one. */
function storableLexemes(lexemes: Lexemes): Lexemes {
  for (const lexeme of lexemes.keys())
    if (storableText(lexeme) !== lexeme) return [...lexemes].reduce(addStorable, new Map<string, number[]>());
  return lexemes;
}

const addStorable = (all: Map<string, number[]>, [lexeme, positions]: [string, readonly number[]]) =>
  all.set(storableText(lexeme), ordered([...(all.get(storableText(lexeme)) ?? []), ...positions]));

function positionsIn(bytes: Buffer, from: number, to: number): number[] {
  const positions: number[] = [];
  for (let at = from; at < to; at += 2) positions.push(bytes.readUInt16BE(at));
  return positions;
}

const ordered = (positions: readonly number[]): number[] =>
  [...new Set(positions)].toSorted((a, b) => a - b).slice(0, MOST_POSITIONS);
