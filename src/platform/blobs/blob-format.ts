import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { CipherGCM, DecipherGCM } from 'node:crypto';
import { random, seal, unseal } from '../secrets/sealing.js';

/**
 * A blob's file: magic and version (8 bytes), its file key sealed under the message's data key (60), nonce (12) and tag (16)
 * of the body, then the body, AES-256-GCM under the file key.
 */
const MAGIC = Buffer.from('MRBLOB\0\x01', 'latin1');
const FILE_KEY = 32;
const NONCE = 12;
const TAG = 16;
const NONCE_AT = MAGIC.length + NONCE + TAG + FILE_KEY;
const TAG_AT = NONCE_AT + NONCE;
export const HEADER_BYTES = TAG_AT + TAG;

/** What opens a body; `tag` is known once the body is written. */
export interface BodySeal {
  fileKey: Buffer;
  nonce: Buffer;
  tag: Buffer;
}

export class BlobMissing extends Error {
  constructor(readonly blob: string) {
    super(`blob ${blob} is missing`);
    this.name = 'BlobMissing';
  }
}

/** The file is not what was written, or the key is not the one it was kept under. */
export class BlobDamaged extends Error {
  constructor(
    readonly blob: string,
    cause?: unknown,
  ) {
    super(`blob ${blob} is damaged, or kept under another key`, { cause });
    this.name = 'BlobDamaged';
  }
}

export function newCipher(): { cipher: CipherGCM; fileKey: Buffer; nonce: Buffer } {
  const fileKey = random(FILE_KEY);
  const nonce = random(NONCE);
  return { cipher: createCipheriv('aes-256-gcm', fileKey, nonce), fileKey, nonce };
}

export function headerOf({ fileKey, nonce, tag }: BodySeal, name: string, key: Buffer): Buffer {
  return Buffer.concat([MAGIC, seal(key, fileKey, name), nonce, tag]);
}

/** @throws BlobDamaged when the header is not one, or was sealed under another key or name */
export function decipherFor(header: Buffer, name: string, key: Buffer): DecipherGCM {
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) throw new BlobDamaged(name);
  try {
    const fileKey = unseal(key, header.subarray(MAGIC.length, NONCE_AT), name);
    const decipher = createDecipheriv('aes-256-gcm', fileKey, header.subarray(NONCE_AT, TAG_AT), {
      authTagLength: TAG,
    });
    return decipher.setAuthTag(header.subarray(TAG_AT, HEADER_BYTES));
  } catch (error) {
    throw new BlobDamaged(name, error);
  }
}

/** @throws BlobDamaged when a byte of the body is not the one that was written */
export function finish(decipher: DecipherGCM, name: string): void {
  try {
    decipher.final();
  } catch (error) {
    throw new BlobDamaged(name, error);
  }
}
