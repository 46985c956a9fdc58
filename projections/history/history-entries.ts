import type { EntitySchemaColumnOptions } from 'typeorm';
import type { Fact } from '../../src/platform/domain.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { type NameOf, toAuthor } from './authors.js';
import { json, position, reference, revision, text, time } from '../../src/platform/read-models/columns.js';
import type { HistoryEntryAnswer } from './history-answer.js';
import type { Change, Sentence } from './sentence.js';

/** A fact, kept to be told at query time: people are named as they are today. What it is the history of is a key of its own. */
export interface HistoryRow<T extends string = string> {
  /** of the fact's stream */
  revision: number;
  /** of the fact */
  id: string;
  at: Date;
  /** `user:<id>`, `token:<id>` or `system` */
  by: string;
  via: string;
  type: T;
  data: object;
  /** names of what it changed */
  fields: string[];
  position: string;
}

export const historyColumns: { [C in keyof HistoryRow]: EntitySchemaColumnOptions } = {
  revision,
  id: reference,
  at: time,
  by: reference,
  via: text,
  type: reference,
  data: json,
  fields: { type: 'text', array: true },
  position,
};

export const historyRowOf = <F extends Fact>(fact: Recorded<F>, changes: readonly Change[]): HistoryRow<F['type']> => ({
  revision: fact.revision,
  id: fact.id,
  at: new Date(fact.metadata.at),
  by: fact.metadata.by,
  via: fact.metadata.via,
  type: fact.type,
  data: fact.data,
  fields: changes.map(({ field }) => field),
  position: fact.position,
});

export const toHistoryEntry = (row: HistoryRow, nameOf: NameOf, told: Sentence): HistoryEntryAnswer => ({
  id: row.id,
  at: row.at.toISOString(),
  by: toAuthor(row, nameOf),
  via: row.via,
  type: row.type,
  ...told,
  revision: row.revision,
  position: row.position,
});
