import { ApiProperty } from '@nestjs/swagger';
import { type NameOf, toAuthor } from './authors.js';
import type { EntryRow } from './history.js';
import type { Sentence } from './sentence.js';

/** Settings are texts, numbers, yes or no, servers, people; none of them stands for nothing. */
const ANYTHING = {
  anyOf: [...['string', 'number', 'boolean', 'object', 'null'].map((type) => ({ type })), { type: 'array', items: {} }],
};

export class AuthorAnswer {
  /** of a person; of a service as `token:<id>`; or `system` */
  id!: string;
  name!: string;
}

export class ChangeAnswer {
  /** name of the setting, `password` or `users` */
  field!: string;
  /** a secret shows as `•••` */
  @ApiProperty(ANYTHING)
  from!: unknown;

  @ApiProperty(ANYTHING)
  to!: unknown;
}

export class HistoryEntryAnswer {
  id!: string;
  /** ISO 8601 UTC */
  at!: string;
  by!: AuthorAnswer;
  /** by which way in: `web`, `api:<name of the service>`, … */
  via!: string;
  /** type of the fact */
  type!: string;
  /** what was done, as it goes on after the author's name */
  summary!: string;
  changes!: ChangeAnswer[];
  /** of a change that set something back: to the revision that it was at */
  revertedTo?: number;
  /** of the account's stream, or of whatever else has the history */
  revision!: number;
  position!: string;
}

export class HistoryPage {
  items!: HistoryEntryAnswer[];
  /** cursor of the next page, null on the last */
  next!: string | null;
}

export const toHistoryEntry = (row: EntryRow, nameOf: NameOf, sentence: Sentence): HistoryEntryAnswer => ({
  id: row.id,
  at: row.at.toISOString(),
  by: toAuthor(row, nameOf),
  via: row.via,
  type: row.type,
  ...sentence,
  revision: row.revision,
  position: row.position,
});
