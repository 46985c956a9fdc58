import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { MessageReader } from '../../src/mail/reading/message-reader.js';
import { type MessageContent, messageStream } from '../../src/messages/message.events.js';
import type { HeldLock } from '../../src/platform/database/locks.js';
import type { Platform } from '../../src/platform/open-platform.js';
import { PLATFORM } from '../../src/platform/platform.module.js';
import { RawMessages } from '../mailbox-view/raw-messages.js';
import { bodyOf, searchTable } from './mail-search.js';
import { searchDocument } from './search-document.js';

const LOOK_EVERY_MS = 5000;
const AT_ONCE = 50;

/**
 * Indexes the texts of repaired messages: the index holds only the headers of a message while its blob is missing. One
 * process at a time does this.
 */
@Injectable()
export class MissingTexts implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly raws: RawMessages,
    private readonly reader: MessageReader,
  ) {}

  start(): void {
    if (this.platform.config.roles.has('projections')) this.looking ??= this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    let lock: HeldLock | undefined;
    while (!signal.aborted) {
      await pause(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) break;
      try {
        if (!lock || lock.lost.aborted) lock = await this.platform.locks.tryAcquire('texts of repaired messages');
        if (lock) for (const id of await this.repaired()) await this.index(id);
      } catch (error) {
        this.platform.logger.warn({ reason: (error as Error).message }, 'texts of repaired messages are indexed later');
      }
    }
    await lock?.release();
  }

  private async repaired(): Promise<string[]> {
    const rows = await this.platform.database.query<{ id: string }[]>(
      `select "messageId" as id from ${searchTable.name} where text = 'missing'
       and not exists (select from missing_blobs where name = "messageId") limit ${AT_ONCE}`,
    );
    return rows.map(({ id }) => id);
  }

  /** Changes nothing for a message that was erased meanwhile: its row is gone. */
  private async index(id: string): Promise<void> {
    for await (const fact of this.platform.log.read(messageStream(id), { limit: 1 })) {
      const data = fact.data as unknown as MessageContent;
      const { words, state } = await bodyOf(data, this.raws, this.reader);
      await this.platform.database.query(
        `update ${searchTable.name} set words = $2::tsvector, text = $3 where "messageId" = $1 and text = 'missing'`,
        [id, searchDocument(data.accountId, data, words), state],
      );
    }
  }
}
