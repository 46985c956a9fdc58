import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { DataSource } from 'typeorm';
import { Access } from '../../access/access.js';
import type { Scope } from '../../access/mail-scope.js';
import { placements, type PlacementRow } from '../placing/placements.js';
import { Places } from '../placing/places.js';
import type { MarkedFlags } from '../../messages/flags.events.js';
import { messageKey, messageStream } from '../../messages/message.events.js';
import { message } from '../../messages/message.fold.js';
import { Decide } from '../../platform/commands/decide.js';
import { poolOf } from '../../platform/database/database.js';
import { Checkpoints } from '../../platform/followers/checkpoints.js';
import { FactLog } from '../../platform/log/fact-log.js';
import { DataKeys } from '../../platform/secrets/data-keys.js';
import { trash, trashTable } from './trash.js';

const READ_SIDE_BY_SIDE = 16;
const WAIT_MS = 1000;

/** State of messages that people want to change, from lookups. */
@Injectable()
export class KnownMail {
  private readonly limit = pLimit(READ_SIDE_BY_SIDE);

  constructor(
    private readonly database: DataSource,
    private readonly decide: Decide,
    private readonly access: Access,
    private readonly keys: DataKeys,
    private readonly places: Places,
    private readonly checkpoints: Checkpoints,
    private readonly log: FactLog,
  ) {}

  /** Those of the messages that exist in accounts of the scope, by account. */
  async byAccount(ids: readonly string[], readable: Scope): Promise<Map<string, string[]>> {
    // A destroyed message has places as long as it lies on the server, but no data key.
    const keys = await this.keys.held(ids.map(messageKey));
    const known = ids.filter((id) => keys.has(messageKey(id)));
    const accountOf = new Map((await this.places.ofMessages(known)).map((row) => [row.messageId, row.accountId]));
    const others = known.filter((id) => !accountOf.has(id));
    await Promise.all(
      others.map((id) =>
        this.limit(async () => {
          const { state } = await this.decide.load(messageStream(id), message);
          if (state.status === 'on-record') accountOf.set(id, state.accountId);
        }),
      ),
    );
    const open = new Set(await this.access.readable(readable, [...new Set(accountOf.values())]));
    const found = new Map<string, string[]>();
    for (const [id, accountId] of accountOf)
      if (open.has(accountId)) found.set(accountId, [...(found.get(accountId) ?? []), id]);
    return found;
  }

  /** False while the lookups are behind the log: then no message counts as unchanged. */
  async isComplete(): Promise<boolean> {
    return this.checkpoints.waitFor([placements.id, trash.id], await this.log.store.head(), WAIT_MS);
  }

  /** Messages with these flags at each of their places, of which there is at least one. */
  async marked(ids: readonly string[], set: MarkedFlags): Promise<Set<string>> {
    const has = (row: PlacementRow): boolean =>
      (set.seen === undefined || row.seen === set.seen) && (set.flagged === undefined || row.flagged === set.flagged);
    const rows = await this.places.ofMessages(ids);
    const others = new Set(rows.filter((row) => !has(row)).map(({ messageId }) => messageId));
    return new Set(rows.map(({ messageId }) => messageId).filter((id) => !others.has(id)));
  }

  async deleted(ids: readonly string[]): Promise<Set<string>> {
    const { rows } = await poolOf(this.database).query<{ id: string }>(
      `select "messageId" as id from ${trashTable.name} where "messageId" = any($1)`,
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
