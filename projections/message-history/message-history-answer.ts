import { ApiProperty } from '@nestjs/swagger';
import { AuthorAnswer } from '../history/history-answer.js';

/** A switch, or the id of a folder; null: none. */
const VALUE = { anyOf: ['string', 'boolean', 'null'].map((type) => ({ type })) };

class MessageChangeAnswer {
  /**
   * Name of the changed field: `seen`, `flagged`, `answered`, `forwarded`, `folderId`, `deleted` (into the trash of the
   * CRM) or `deletedElsewhere`.
   */
  field!: string;
  /** Value before the change; null: none, or not on record. */
  @ApiProperty(VALUE)
  from!: string | boolean | null;

  /** Value after the change; null: none. */
  @ApiProperty(VALUE)
  to!: string | boolean | null;
}

export class OutcomeAnswer {
  /** `waiting`: the server does not have the change yet; `done`: it has; `refused`: the change was undone here. */
  state!: 'waiting' | 'done' | 'refused';
  /** ISO 8601 UTC: time of the outcome; null while the change waits. */
  at!: string | null;
  /** Reason of a refusal, such as `refused-by-server`, `not-on-server` or `folder-not-found`; null for the others. */
  reason!: string | null;
}

export class MessageEntryAnswer {
  /** Id of the entry. */
  id!: string;
  /** ISO 8601 UTC: time of the change; of a change by another program the time at which the service saw it. */
  at!: string;
  /** Author of the change; null: another mail program, or the mail server. */
  by!: AuthorAnswer | null;
  /**
   * Way in of the change: `web`, `api:<name of the service>`, the name of a process of this service, or `imap` for
   * changes by another mail program.
   */
  via!: string;
  /** Type of the recorded fact, such as `MessagesMoved`. */
  type!: string;
  /** Description of the change in English, to read after the author’s name; without an author, after the message. */
  summary!: string;
  /** Fields of the message that the entry changed; empty when it changed none. */
  changes!: MessageChangeAnswer[];
  /** Outcome of the change on the mail server; null if the server has nothing to do. */
  outcome!: OutcomeAnswer | null;
  /** Position of the fact in the log. */
  position!: string;
}

export class MessageHistoryPage {
  /** Entries of this page, newest first. */
  items!: MessageEntryAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}
