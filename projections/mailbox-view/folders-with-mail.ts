import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FolderMail } from '../../src/access/folder-mail.js';
import { poolOf } from '../../src/platform/database/database.js';
import { Refused } from '../../src/platform/domain.js';
import { Checkpoints } from '../../src/platform/followers/checkpoints.js';
import { FactLog } from '../../src/platform/log/fact-log.js';
import { mailboxTables } from './mailbox-tables.js';
import { mailboxView } from './mailbox-view.js';

const WAIT_MS = 5000;

const { messages, places } = mailboxTables;
const SELECT = `
  select "folderId" as id from ${messages.name} where "accountId" = $1 and "folderId" = any($2)
  union select "wishedFolderId" from ${messages.name} where "wishedFolderId" = any($2)
  union select "folderId" from ${places.name} where "folderId" = any($2)`;

@Injectable()
export class FoldersWithMail extends FolderMail {
  constructor(
    private readonly database: DataSource,
    private readonly checkpoints: Checkpoints,
    private readonly log: FactLog,
  ) {
    super();
  }

  async among(accountId: string, folderIds: readonly string[]): Promise<Set<string>> {
    if (folderIds.length === 0) return new Set();
    if (!(await this.checkpoints.waitFor([mailboxView.id], await this.log.store.head(), WAIT_MS)))
      throw new Refused('read-model-behind', 'unavailable', 'The list of messages is behind. Try again.');
    const { rows } = await poolOf(this.database).query<{ id: string }>(SELECT, [accountId, folderIds]);
    return new Set(rows.map(({ id }) => id));
  }
}
