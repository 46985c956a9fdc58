import { type Position, START } from '../log/event-store.js';
import { type Manifest, readLines } from './export-folder.js';

const isPosition = (value: unknown): value is Position => typeof value === 'string' && /^\d{20}$/.test(value);

type Row = Record<string, unknown>;

/** Changes positions in rows. Other tables hold none. */
const IN_ROWS: Readonly<Record<string, (row: Row, change: (position: Position) => Position) => Row>> = {
  sessions: (row, change) => (isPosition(row.as_of) ? { ...row, as_of: change(row.as_of) } : row),
  idempotent_answers: (row, change) => ({ ...row, answer: inAnswer(row.answer, change) }),
};

/** Changes `position` at every depth of an answer. */
function inAnswer(answer: unknown, change: (position: Position) => Position): unknown {
  if (Array.isArray(answer)) return answer.map((each) => inAnswer(each, change));
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [
      key,
      key === 'position' && isPosition(value) ? change(value) : inAnswer(value, change),
    ]),
  );
}

/**
 * Translates positions of the exported log by ordinal: the position of the n-th fact there becomes that of the n-th
 * fact here.
 */
export class PositionTranslation {
  private readonly here = new Map<Position, Position>();
  private readonly sorted: Position[];
  private next = 0;
  private last: Position = START;

  private constructor(wanted: ReadonlySet<Position>) {
    this.sorted = [...wanted].sort();
  }

  /** Collects the positions in an export; then `pass` gets every fact. */
  static async of(folder: string, { files, checkpoints }: Manifest): Promise<PositionTranslation> {
    const wanted = new Set(Object.values(checkpoints));
    const collect = (position: Position): Position => (wanted.add(position), position);
    for (const [name, change] of Object.entries(IN_ROWS))
      if (files[name]) for await (const line of readLines(folder, name)) change(JSON.parse(line) as Row, collect);
    return new PositionTranslation(wanted);
  }

  /** The next fact, in the order of the log. */
  pass(there: Position, here: Position): void {
    while (this.next < this.sorted.length && this.sorted[this.next]! < there)
      this.here.set(this.sorted[this.next++]!, this.last);
    this.last = here;
  }

  /** A position between two facts becomes that of the earlier one. */
  of(there: Position): Position {
    return this.here.get(there) ?? this.last;
  }

  /** A line of a table, with positions of this log. */
  line(table: string, line: string): string {
    const change = IN_ROWS[table];
    return change ? JSON.stringify(change(JSON.parse(line) as Row, (position) => this.of(position))) : line;
  }
}
