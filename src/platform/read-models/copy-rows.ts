import type pg from 'pg';
import { binaryRows } from './binary-rows.js';
import { Tsvector } from './tsvector.js';
import { storableJson, storableText } from './storable.js';

type Row = Readonly<Record<string, unknown>>;

/** Form in COPY of each column that is not a scalar. */
export type Forms = Readonly<Record<string, 'json' | 'array' | 'tsvector'>>;

const CHUNK_CHARACTERS = 256 * 1024;

/**
 * Inserts new rows by COPY, at a fifth of the cost of INSERT; in binary format if the table has a tsvector.
 * @throws error `unique_violation` if a row exists
 */
export async function copyRows(
  client: pg.ClientBase,
  table: { name: string; forms: Forms },
  columns: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const hasTsvector = columns.some((column) => table.forms[column] === 'tsvector');
  const binary = hasTsvector ? binaryRows(rows, columns) : undefined;
  const from = `copy "${table.name}" (${names}) from stdin${binary ? ' (format binary)' : ''}`;
  await client.query(new CopyIn(from, binary ?? inChunks(rows, columns, table.forms))).done;
}

/** Text format: one row a line, fields separated by tabs, `\N` for null. */
function inChunks(rows: readonly Row[], columns: readonly string[], forms: Forms): Buffer[] {
  const chunks: Buffer[] = [];
  const ofColumns = columns.map((column) => forms[column]);
  let text = '';
  for (const row of rows) {
    for (const [n, column] of columns.entries()) {
      const field = fieldOf(row[column], ofColumns[n]);
      text += n === 0 ? field : `\t${field}`;
    }
    text += '\n';
    if (text.length < CHUNK_CHARACTERS) continue;
    chunks.push(Buffer.from(text));
    text = '';
  }
  if (text !== '') chunks.push(Buffer.from(text));
  return chunks;
}

function fieldOf(value: unknown, form?: Forms[string]): string {
  const text = textOf(value, form);
  if (text === null) return '\\N';
  return form === 'json' ? text.replaceAll('\\', '\\\\') : escaped(text); // JSON escapes tabs and line ends itself
}

/** The same text that a column gets from JSON. */
function textOf(value: unknown, form?: Forms[string]): string | null {
  if (value === null || value === undefined) return null;
  if (form === 'json') return storableJson(value);
  if (typeof value === 'string') return storableText(value);
  if (value instanceof Tsvector) return value.toString();
  if (form === 'array' && Array.isArray(value)) return `{${value.map((element) => elementOf(element)).join()}}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return value.toJSON();
  const json = storableJson(value);
  return json === 'null' ? null : json;
}

function elementOf(value: unknown): string {
  const text = textOf(value);
  return text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const escaped = (text: string): string =>
  /[\\\n\r\t]/.test(text) ? text.replaceAll(/[\\\n\r\t]/g, (character) => ESCAPES[character]!) : text;

/** Connection of pg, as a statement object gets it during COPY. */
interface Copying {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** A statement object for pg, in the form of pg-copy-streams and pg-cursor. */
class CopyIn implements pg.Submittable {
  readonly done: Promise<void>;
  private succeed: () => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;

  constructor(
    private readonly sql: string,
    private readonly chunks: readonly Buffer[],
  ) {
    this.done = new Promise((resolve, reject) => {
      this.succeed = resolve;
      this.fail = reject;
    });
  }

  submit(connection: pg.Connection): void {
    connection.query(this.sql);
  }

  handleCopyInResponse(connection: Copying): void {
    for (const chunk of this.chunks) connection.sendCopyFromChunk(chunk);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {
    // `handleReadyForQuery` follows
  }

  handleReadyForQuery(): void {
    this.succeed();
  }

  handleError(error: Error): void {
    this.fail(error);
  }
}
