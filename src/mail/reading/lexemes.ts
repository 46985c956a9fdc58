/** PostgreSQL keeps fewer than 256 positions of a word, and none above 16,383 (PostgreSQL 12.11). */
const MOST_POSITIONS = 255;

/** Lexeme of a message without the positions of some words: in it a phrase is found by its words alone. */
export const SOME_UNPLACED = ':unplaced';

/** Bytes of a lexeme in a tsvector: with positions an alignment, their count, and two for each. */
const PLACED_BYTES = 3;
const POSITION_BYTES = 2;

export interface Room {
  /** a tsvector holds less than 1 MiB */
  bytes: number;
  lastPosition: number;
}

/** Lexemes with their positions, as far as there is room. */
export class Lexemes {
  private readonly positions = new Map<string, number[]>();
  private bytes = 0;
  private someUnplaced = false;

  constructor(private readonly room: Room) {}

  has(lexeme: string): boolean {
    return this.positions.has(lexeme);
  }

  /** @param position within the message, so that neighbours form a phrase */
  add(lexeme: string, position?: number): void {
    const known = this.positions.get(lexeme);
    const placed = known ?? [];
    if (!known) {
      this.bytes += Buffer.byteLength(lexeme);
      if (this.bytes > this.room.bytes) return;
      this.positions.set(lexeme, placed);
    }
    if (position === undefined) return;
    const bytes = placed.length === 0 ? PLACED_BYTES + POSITION_BYTES : POSITION_BYTES;
    if (position > this.room.lastPosition || placed.length === MOST_POSITIONS || this.bytes + bytes > this.room.bytes) {
      this.someUnplaced = true;
      return;
    }
    this.bytes += bytes;
    placed.push(position);
  }

  get all(): ReadonlyMap<string, readonly number[]> {
    if (this.someUnplaced) this.positions.set(SOME_UNPLACED, []);
    return this.positions;
  }
}

export const quoted = (lexeme: string): string =>
  `'${/['\\]/.test(lexeme) ? lexeme.replace(/['\\]/g, '$&$&') : lexeme}'`;
