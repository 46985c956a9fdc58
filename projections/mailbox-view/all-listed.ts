import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ListedMail } from '../../src/access/listed-mail.js';
import type { Caller } from '../../src/platform/auth/caller.js';
import { inTransaction, poolOf } from '../../src/platform/database/database.js';
import { Refused } from '../../src/platform/domain.js';
import { Checkpoints } from '../../src/platform/followers/checkpoints.js';
import { validation } from '../../src/platform/http/input.js';
import type { Position } from '../../src/platform/log/event-store.js';
import { MAIL_SEARCH } from '../mail-search/mail-search.js';
import { reading } from '../reading/reading.js';
import { hasSearch, MessageFilters } from './list-parameters.js';
import { mailboxView } from './mailbox-view.js';
import type { Filtered } from './message-ranges.js';
import { READ_IN_ORDER, selectIds } from './select-messages.js';
import { WantedMessages } from './wanted-messages.js';

const PAGE = 5000;
const MOST = 100_000;
const WAIT_MS = 5000;

@Injectable()
export class AllListed extends ListedMail {
  private readonly validation = validation();

  constructor(
    private readonly database: DataSource,
    private readonly wanted: WantedMessages,
    private readonly checkpoints: Checkpoints,
  ) {
    super();
  }

  async ids(caller: Caller, accountId: string, match: object, upTo: Position): Promise<string[]> {
    const metadata = { type: 'body', metatype: MessageFilters } as const;
    const filters = (await this.validation.transform(match, metadata)) as MessageFilters;
    const wanted = await this.wanted.of(caller, filters, accountId);
    const readModels = [mailboxView.id, reading.id, ...(hasSearch(filters) ? [MAIL_SEARCH] : [])];
    if (!(await this.checkpoints.waitFor(readModels, upTo, WAIT_MS)))
      throw new Refused('read-model-behind', 'unavailable', `The list has not reached ${upTo} yet.`);
    const found: string[] = [];
    for (let after: Row | undefined; wanted;) {
      const page = await this.page(wanted, after);
      found.push(...page.filter(({ position }) => position <= upTo).map(({ id }) => id));
      if (found.length > MOST)
        throw new Refused(
          'too-many-messages',
          'conflict',
          `More than ${MOST} messages match. Narrow the list, for example by a time.`,
        );
      after = page.at(-1);
      if (page.length < PAGE || !after) break;
    }
    return found;
  }

  private page(wanted: Filtered, after: Row | undefined): Promise<Row[]> {
    const last = after && { receivedAt: after.at.toISOString(), id: after.id };
    return inTransaction(poolOf(this.database), async (client) => {
      if (wanted.search === undefined) await client.query(READ_IN_ORDER);
      return (await client.query<Row>(selectIds({ ...wanted, after: last, limit: PAGE }))).rows;
    });
  }
}

interface Row {
  at: Date;
  id: string;
  position: Position;
}
