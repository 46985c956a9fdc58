import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Access } from '../../access/access.js';
import { mailOf } from '../../access/mail-scope.js';
import type { Caller } from '../../platform/auth/caller.js';
import { poolOf } from '../../platform/database/database.js';
import { Hidden, Refused } from '../../platform/domain.js';
import { Checkpoints } from '../../platform/followers/checkpoints.js';
import { FactLog } from '../../platform/log/fact-log.js';
import { folderAccounts, folderAccountsTable } from './folder-accounts.js';

const WAIT_MS = 1000;

/** Finds the account of a folder. */
@Injectable()
export class FolderOwners {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
    private readonly checkpoints: Checkpoints,
    private readonly log: FactLog,
  ) {}

  /** @throws Refused 404 for a folder that is missing or hidden from the caller, 403 for callers that read no mail */
  async accountOf(caller: Caller, folderId: string): Promise<string> {
    const readable = mailOf(caller);
    const accountId = (await this.find(folderId)) ?? (await this.findLater(folderId));
    if (accountId === undefined) throw new Refused('folder-not-found', 'not-found');
    if ((await this.access.readable(readable, [accountId])).length === 0)
      throw new Hidden('folder-not-found', accountId);
    return accountId;
  }

  /** The lookup may not have read a folder that was made a moment ago. */
  private async findLater(folderId: string): Promise<string | undefined> {
    await this.checkpoints.waitFor([folderAccounts.id], await this.log.store.head(), WAIT_MS);
    return this.find(folderId);
  }

  private async find(folderId: string): Promise<string | undefined> {
    const { rows } = await poolOf(this.database).query<{ accountId: string }>(
      `select "accountId" from ${folderAccountsTable.name} where id = $1`,
      [folderId],
    );
    return rows[0]?.accountId;
  }
}
