import { ApiProperty } from '@nestjs/swagger';
import { type NameOf, toAuthor } from './authors.js';
import type { EntryRow } from './history.js';
import type { Sentence } from './sentence.js';

const schema = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** A text, number, switch, server, absence reply, limits or person, the mail of a contact, or addresses; null: none. */
const VALUE = {
  anyOf: [
    ...['string', 'integer', 'boolean', 'null'].map((type) => ({ type })),
    ...['ServerAnswer', 'AutoresponderAnswer', 'LimitsAnswer', 'AuthorAnswer', 'SourceAnswer'].map(schema),
    { type: 'array', items: { type: 'string' } },
  ],
};

export class AuthorAnswer {
  /** Id of the user; `token:<id>` for a service; `system` for the service itself. */
  id!: string;
  /** Name of the user today, or of the service; `a forgotten person` once the person has been forgotten. */
  name!: string;
}

class ChangeAnswer {
  /** Name of the changed setting; also `password` and `users`. */
  field!: string;
  /** Value before the change; a secret shows as `•••`. */
  @ApiProperty(VALUE)
  from!: unknown;

  /** Value after the change; a secret shows as `•••`. */
  @ApiProperty(VALUE)
  to!: unknown;
}

class HistoryEntryAnswer {
  /** Id of the entry. */
  id!: string;
  /** ISO 8601 UTC: time of the change. */
  at!: string;
  /** Author of the change. */
  by!: AuthorAnswer;
  /** Way in of the change: `web`, `api:<name of the service>`, or the name of a process of this service. */
  via!: string;
  /** Type of the recorded fact, such as `AccountRenamed`. */
  type!: string;
  /** Description of the change in English, to read after the author’s name. */
  summary!: string;
  /** Settings that the entry changed; empty when it changed no setting. */
  changes!: ChangeAnswer[];
  /** Revision from which a revert took the restored values; absent for other changes. */
  revertedTo?: number;
  /** Revision of the resource after the change; null: none, since the change is one of a folder. */
  revision!: number | null;
  /** Position of the fact in the log. */
  position!: string;
}

export class HistoryPage {
  /** Entries of this page, newest first. */
  items!: HistoryEntryAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
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
