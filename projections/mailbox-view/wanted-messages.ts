import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Access, notRemoved } from '../../src/access/access.js';
import { mailScope } from '../../src/access/mail-scope.js';
import type { Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { searchQuery } from '../mail-search/search-query.js';
import { DraftSearch } from './draft-search.js';
import { beforeOf, hasSearch, type MessageFilters, sinceOf, wordsIn } from './list-parameters.js';
import { mailboxTables } from './mailbox-tables.js';
import type { Filtered } from './message-ranges.js';

/** The messages that a caller asks for, by the filters of the lists. */
@Injectable()
export class WantedMessages {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
    private readonly drafts: DraftSearch,
  ) {}

  /**
   * Undefined: no message matches the search.
   * @param accountId undefined: messages of all accounts of the caller
   * @throws Refused 403, 404 for an account or a folder that is missing or hidden from the caller
   */
  async of(
    caller: Caller,
    filters: MessageFilters,
    accountId: string | undefined,
    timeZone?: string,
  ): Promise<Filtered | undefined> {
    const accounts = await mailScope(this.access, caller, accountId);
    const { box, folder, unread, unreadByMe } = filters;
    const search = hasSearch(filters)
      ? searchQuery({ q: wordsIn(filters.q), from: wordsIn(filters.from), accounts })
      : undefined;
    if (hasSearch(filters) && search === undefined) return undefined;
    return {
      accounts,
      boxes: boxesOf(box, folder),
      inOutbox: box === 'outbox',
      folders: folder === undefined ? undefined : await this.foldersNamed(folder, accounts),
      search,
      drafts:
        search !== undefined && box === 'draft' && folder === undefined
          ? await this.drafts.matching(search, accounts)
          : undefined,
      unread,
      unreadByMe,
      reader: caller.userId,
      since: sinceOf(filters, timeZone),
      before: beforeOf(filters, timeZone),
    };
  }

  private async foldersNamed(folder: string, accounts: 'all' | readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `select id from ${mailboxTables.folders.name}
       where (id = $1 or path = $1) and ($2::text[] is null or "accountId" = any($2)) and ${notRemoved('"accountId"')}`,
      [folder, accounts === 'all' ? null : accounts],
    );
    if (rows.length === 0)
      throw new Refused(
        'folder-not-found',
        'not-found',
        `No folder has the id or path ${folder}. Folders appear with the first fetch of their account.`,
      );
    return rows.map(({ id }) => id);
  }
}

/** A message in the outbox is in Sent, too. */
function boxesOf(box: MessageFilters['box'], folder: string | undefined): Filtered['boxes'] {
  if (box === undefined) return folder === undefined ? ['received', 'sent'] : undefined;
  return [box === 'outbox' ? 'sent' : box];
}
