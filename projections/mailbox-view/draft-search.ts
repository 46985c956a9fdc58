import { setImmediate as turn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { type ShownDraft, ShownDrafts } from '../../src/access/shown-drafts.js';
import { bodyWords } from '../../src/mail/reading/body-words.js';
import { textOfHtml } from '../../src/mail/reading/html-text.js';
import { poolOf } from '../../src/platform/database/database.js';
import type { Tsvector } from '../../src/platform/read-models/tsvector.js';
import { searchDocument } from '../mail-search/search-document.js';
import { mailboxTables } from './mailbox-tables.js';

/** Newest drafts that one search reads. */
const MOST_READ = 200;
/** Characters of a draft that a search reads. */
const MOST_TEXT = 100_000;

/**
 * Finds drafts of this service by the rules of all other mail. They are saved every few seconds and few at a time, so
 * no index has their words: a search reads the newest ones.
 */
@Injectable()
export class DraftSearch {
  constructor(
    private readonly database: DataSource,
    private readonly drafts: ShownDrafts,
  ) {}

  /** @param search text of a tsquery @returns ids */
  async matching(search: string, accounts: 'all' | readonly string[]): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string; accountId: string }>(
      `select id, "accountId" from ${mailboxTables.messages.name}
       where "isDraftHere" and box = 'draft' and ($1::text[] is null or "accountId" = any($1))
       order by "receivedAt" desc, id desc limit ${MOST_READ}`,
      [accounts === 'all' ? null : accounts],
    );
    const contents = await this.drafts.of(rows.map(({ id }) => id));
    const documents: [id: string, words: Tsvector][] = [];
    for (const { id, accountId } of rows) {
      const content = contents.get(id);
      if (!content) continue;
      documents.push([id, documentOf(accountId, content)]);
      await turn();
    }
    return this.matches(documents, search);
  }

  /** PostgreSQL compares, as for all other mail. */
  private async matches(documents: readonly [string, Tsvector][], search: string): Promise<string[]> {
    if (documents.length === 0) return [];
    const lines = documents.map((_, n) => `($${2 * n + 2}::text, $${2 * n + 3}::tsvector)`);
    const { rows } = await this.pool.query<{ id: string }>(
      `select id from (values ${lines.join(', ')}) d (id, words) where words @@ $1::tsquery`,
      [search, ...documents.flatMap(([id, { bytes }]) => [id, Buffer.from(bytes)])],
    );
    return rows.map(({ id }) => id);
  }

  private get pool(): pg.Pool {
    return poolOf(this.database);
  }
}

/** The words of the author, without markup. */
export const textOfDraft = ({ text, html }: ShownDraft): string =>
  (text ?? (html === null ? '' : textOfHtml(html, MOST_TEXT))).slice(0, MOST_TEXT);

function documentOf(accountId: string, content: ShownDraft): Tsvector {
  const { subject, to, cc } = content;
  const attachments = content.attachments.map((file, index) => ({
    ...file,
    index,
    inline: file.cid !== null,
    contentId: file.cid,
  }));
  const found = { subject, from: null, to, cc, replyTo: [], attachments };
  return searchDocument(accountId, found, bodyWords(textOfDraft(content)));
}
