import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { messageKey } from '../../src/messages/message.events.js';
import type { SealedBlob } from '../../src/platform/blobs/blob-reading.js';
import { BlobDamaged, BlobMissing } from '../../src/platform/blobs/blob-format.js';
import { Blobs } from '../../src/platform/blobs/blobs.js';
import { DataKeys } from '../../src/platform/secrets/data-keys.js';
import { Refused } from '../../src/platform/domain.js';

/**
 * `erased`: the key was destroyed. `damaged`: the blob is missing, or differs from the stored bytes; the service
 * fetches it again from the mail server. `lost`: the mail server does not have it any more.
 */
type Unreadable = 'erased' | 'damaged' | 'lost';

interface StoredMessage {
  id: string;
  /** SHA-256 of the raw bytes, hex */
  hash: string;
}

/** Raw bytes of messages, as their server sent them. */
@Injectable()
export class RawMessages {
  constructor(
    private readonly blobs: Blobs,
    private readonly keys: DataKeys,
  ) {}

  read({ id, hash }: StoredMessage): Promise<Buffer | Unreadable> {
    return this.withKeyOf(id, (key) => this.blobs.read(id, key, hash));
  }

  /** Still encrypted, for another thread. */
  sealed({ id, hash }: StoredMessage): Promise<SealedBlob | Unreadable> {
    return this.withKeyOf(id, (key) => this.blobs.sealed(id, key, hash));
  }

  /** Verified before the first byte. Callers read `content` to its end or destroy it. */
  stream({ id, hash }: StoredMessage): Promise<{ size: number; content: Readable } | Unreadable> {
    return this.withKeyOf(id, (key) => this.blobs.stream(id, key, hash));
  }

  private async withKeyOf<T>(id: string, read: (key: Buffer) => Promise<T>): Promise<T | Unreadable> {
    const key = (await this.keys.find([messageKey(id)])).get(messageKey(id));
    if (!key) return 'erased';
    try {
      return await read(key);
    } catch (error) {
      if (error instanceof BlobDamaged || error instanceof BlobMissing) return this.report(id);
      throw error;
    }
  }

  /** A reader found the blob missing or damaged: its repair begins. */
  async report(id: string): Promise<'damaged' | 'lost'> {
    return (await this.blobs.missing.report(id)) === 'lost' ? 'lost' : 'damaged';
  }
}

/** @throws Refused 404 for an erased message, 409 for a damaged or lost message */
export function requireReadable<T>(read: T | Unreadable): asserts read is Exclude<T, Unreadable> {
  if (read === 'erased') throw new Refused('message-erased', 'not-found');
  if (read === 'damaged')
    throw new Refused(
      'message-damaged',
      'conflict',
      'The stored bytes are missing or damaged, and are being fetched again from the mail server. Try again in a minute.',
    );
  if (read === 'lost')
    throw new Refused(
      'message-lost',
      'conflict',
      'The stored bytes are missing or damaged, and the mail server has the message no more. Restore the blob store.',
    );
}
