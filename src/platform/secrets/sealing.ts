import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

const DRAWN_BYTES = 4096;
let drawn = Buffer.alloc(0);

/** Random bytes, each used once. They are drawn 4 KiB at a time, because a draw costs more than a cipher. */
export function random(length: number): Buffer {
  if (drawn.length < length) drawn = randomBytes(DRAWN_BYTES);
  const bytes = Buffer.from(drawn.subarray(0, length));
  drawn = drawn.subarray(length);
  return bytes;
}

/** Returns nonce, tag and ciphertext of AES-256-GCM (NIST SP 800-38D), bound to `context`. */
export function seal(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = random(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** @throws Error if the key or the context differs, or a byte changed */
export function unseal(key: Buffer, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  const plain = decipher.update(sealed.subarray(NONCE + TAG));
  decipher.final();
  return plain;
}
