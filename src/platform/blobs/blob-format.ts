import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { CipherGCM, DecipherGCM } from 'node:crypto';
import { random, seal, unseal } from '../secrets/sealing.js';

/**
 * The header of a blob: magic and version (8 bytes), the file key, sealed under the message's data key (60), nonce (12)
 * and tag (16) of the body. The body follows: AES-256-GCM (NIST SP 800-38D) under the file key.
 */
const MAGIC = Buffer.from('MRBLOB\0\x01', 'latin1');
const FILE_KEY = 32;
const NONCE = 12;
const TAG = 16;
const NONCE_AT = MAGIC.length + NONCE + TAG + FILE_KEY;
const TAG_AT = NONCE_AT + NONCE;
export const HEADER_BYTES = TAG_AT + TAG;

/** The secrets of a body. The cipher computes `tag` after the last byte of the body. */
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

/** Some bytes of the blob changed, or the blob was stored under another key or name. */
export class BlobDamaged extends Error {
  constructor(
    readonly blob: string,
    cause?: unknown,
  ) {
    super(`blob ${blob} is damaged, or was stored under another key`, { cause });
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

/** @throws BlobDamaged if the header is invalid, or was sealed under another key or name */
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

/** Verifies the tag. @throws BlobDamaged if a byte of the body changed */
export function finish(decipher: DecipherGCM, name: string): void {
  try {
    decipher.final();
  } catch (error) {
    throw new BlobDamaged(name, error);
  }
}
