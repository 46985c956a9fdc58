import { Injectable } from '@nestjs/common';
import { type MessageEvent, messageKey, messageStream, type Place } from '../../messages/message.events.js';
import { Places } from '../placing/places.js';
import { Blobs } from '../../platform/blobs/blobs.js';
import { FactLog } from '../../platform/log/fact-log.js';
import { DataKeys } from '../../platform/secrets/data-keys.js';

/** A message on record, as its repair needs it. */
export interface StoredMessage {
  id: string;
  accountId: string;
  /** SHA-256 of the raw bytes, hex */
  hash: string;
  /** Message-ID header; null: none */
  header: string | null;
  places: Place[];
  key: Buffer;
}

@Injectable()
export class StoredMessages {
  constructor(
    private readonly log: FactLog,
    private readonly keys: DataKeys,
    private readonly blobs: Blobs,
    private readonly places: Places,
  ) {}

  /** The messages with a blob that is really missing or damaged; forgets reports about all others. */
  async withoutBlob(ids: readonly string[]): Promise<StoredMessage[]> {
    const damaged: StoredMessage[] = [];
    const others: string[] = [];
    for (const id of ids) {
      const message = await this.of(id);
      if (message && !(await this.blobs.isWhole(id, message.key, message.hash))) damaged.push(message);
      else others.push(id);
    }
    if (others.length > 0) await this.blobs.missing.forget(others);
    return damaged;
  }

  /** Removes blobs that were stored again while their messages were being erased. */
  async removeErased(ids: readonly string[]): Promise<void> {
    const keys = await this.keys.find(ids.map(messageKey));
    const erased = ids.filter((id) => !keys.has(messageKey(id)));
    if (erased.length > 0) await this.blobs.remove(erased);
  }

  /** Undefined for an erased or unknown message. */
  private async of(id: string): Promise<StoredMessage | undefined> {
    const key = (await this.keys.find([messageKey(id)])).get(messageKey(id));
    if (!key) return undefined;
    for await (const fact of this.log.read(messageStream(id), { limit: 1 })) {
      const { data } = fact as unknown as MessageEvent;
      if (!('hash' in data)) return undefined;
      const { accountId, hash, header } = data;
      return { id, accountId, hash, header, places: await this.places.ofMessage(id), key };
    }
    return undefined;
  }
}
