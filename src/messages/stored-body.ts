import { BodyHash } from '../mail/reading/body-hash.js';
import { BlobDamaged, BlobMissing } from '../platform/blobs/blob-format.js';
import type { Blobs } from '../platform/blobs/blobs.js';

/** `BodyHash` of a stored message; null if its bytes are missing or damaged. */
export async function storedBodyHash(
  blobs: Blobs,
  messageId: string,
  key: Buffer,
  hash: string,
): Promise<string | null> {
  try {
    const { content } = await blobs.stream(messageId, key, hash);
    const body = new BodyHash();
    for await (const chunk of content as AsyncIterable<Buffer>) body.update(chunk);
    return body.digest();
  } catch (error) {
    if (error instanceof BlobMissing || error instanceof BlobDamaged) return null;
    throw error;
  }
}
