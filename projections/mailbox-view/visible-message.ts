import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { type Caller } from '../../src/platform/auth/caller.js';
import { Hidden, Refused } from '../../src/platform/domain.js';
import type { SelectedMessage } from './message-answer.js';
import { IS_SHOWN } from './message-ranges.js';
import { FROM_MESSAGES, selectMessage } from './select-messages.js';
import { mailOf } from '../../src/access/mail-scope.js';

@Injectable()
export class VisibleMessages {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  /** @throws Refused 404 for a message that is missing or hidden from the caller, 403 for callers that read no mail */
  async one(caller: Caller, id: string): Promise<SelectedMessage> {
    const readable = mailOf(caller);
    const [row] = await this.database.query<SelectedMessage[]>(
      `select ${selectMessage('$2')} ${FROM_MESSAGES} where m.id = $1 and ${IS_SHOWN}`,
      [id, caller.userId],
    );
    if (!row) throw new Refused('message-not-found', 'not-found');
    if ((await this.access.readable(readable, [row.accountId])).length === 0)
      throw new Hidden('message-not-found', row.accountId);
    return row;
  }
}
