import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { type BodySeal, HEADER_BYTES, headerOf, newCipher } from './blob-format.js';
import type { BlobRange } from './blob-reading.js';

const HEAD_BYTES = 128 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** Neither durable nor readable until it is kept under a name. */
export interface PendingBlob {
  /** SHA-256 of the plaintext, hex */
  readonly hash: string;
  /** of the plaintext, in bytes */
  readonly size: number;
  /** the first 128 KiB of the plaintext */
  readonly head: Buffer;
  /** encrypted in a file; or the plaintext as it was given, as long as it is in memory anyhow: half as much work for the disk */
  readonly body: BodyFile | Buffer;
}

export interface BodyFile {
  file: string;
  seal: BodySeal;
}

export function pendingInMemory(raw: Buffer): PendingBlob {
  return {
    hash: createHash('sha256').update(raw).digest('hex'),
    size: raw.length,
    head: raw.subarray(0, HEAD_BYTES),
    body: raw,
  };
}

/** The header stays empty: its key is not known yet. Takes memory for a chunk; leaves no file when the source or the disk fails. */
export async function writeBlobFile(file: string, raw: AsyncIterable<Buffer>): Promise<PendingBlob> {
  const { cipher, fileKey, nonce } = newCipher();
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let size = 0;
  const handle = await open(file, 'wx', 0o600);
  try {
    let gathered = [Buffer.alloc(HEADER_BYTES)];
    let bytes = HEADER_BYTES;
    for await (const chunk of raw) {
      if (size < HEAD_BYTES) head.push(chunk.subarray(0, HEAD_BYTES - size));
      size += chunk.length;
      hash.update(chunk);
      gathered.push(cipher.update(chunk));
      bytes += chunk.length;
      if (bytes < CHUNK_BYTES) continue;
      await handle.writeFile(Buffer.concat(gathered));
      gathered = [];
      bytes = 0;
    }
    cipher.final();
    if (bytes > 0) await handle.writeFile(Buffer.concat(gathered));
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(file, { force: true });
    throw error;
  }
  const body = { file, seal: { fileKey, nonce, tag: cipher.getAuthTag() } };
  return { hash: hash.digest('hex'), size, head: Buffer.concat(head), body };
}

/** Makes a body that was written before whole and durable. Leaves no file when the disk fails. */
export async function sealBlobFile({ file, seal }: BodyFile, name: string, key: Buffer): Promise<{ size: number }> {
  return durably(file, 'r+', async (handle) => {
    await handle.writeFile(headerOf(seal, name, key));
    return handle.stat();
  });
}

/** Blobs one after the other in a fresh file, durable; answers where each lies. Leaves no file when the disk fails. */
export async function writePackFile(
  file: string,
  blobs: readonly { raw: Buffer; name: string; key: Buffer }[],
): Promise<{ name: string; at: number; size: number }[]> {
  const pieces = blobs.flatMap(({ raw, name, key }) => sealed(raw, name, key));
  let at = 0;
  const places = blobs.map(({ raw, name }) => {
    const size = HEADER_BYTES + raw.length;
    at += size;
    return { name, at: at - size, size };
  });
  await durably(file, 'wx', (handle) => writeAll(handle, pieces, at));
  return places;
}

/** Without copying them together, unless the system takes but a part: then writing the rest tells why. */
async function writeAll(handle: FileHandle, pieces: readonly Buffer[], bytes: number): Promise<void> {
  const { bytesWritten } = await handle.writev(pieces);
  if (bytesWritten < bytes) await handle.writeFile(Buffer.concat(pieces, bytes).subarray(bytesWritten));
}

/** Closes the file after an fsync. Leaves no file if `write` fails. */
export async function durably<T>(file: string, flags: string, write: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, flags, 0o600);
  try {
    const written = await write(handle);
    await handle.sync();
    await handle.close();
    return written;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(file, { force: true });
    throw error;
  }
}

function sealed(raw: Buffer, name: string, key: Buffer): [header: Buffer, body: Buffer] {
  const { cipher, fileKey, nonce } = newCipher();
  const body = cipher.update(raw);
  cipher.final();
  return [headerOf({ fileKey, nonce, tag: cipher.getAuthTag() }, name, key), body];
}

/** Zeros over a blob, durably: its bytes are gone also from a file that stays. */
export async function overwrite({ file, at, size }: BlobRange): Promise<void> {
  const handle = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!handle) return;
  try {
    const zeros = Buffer.alloc(Math.min(size, CHUNK_BYTES));
    for (let done = 0; done < size; done += zeros.length)
      await handle.write(zeros, 0, Math.min(zeros.length, size - done), at + done);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
