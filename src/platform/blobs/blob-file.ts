import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { type BodySeal, HEADER_BYTES, headerOf, newCipher } from './blob-format.js';
import type { BlobRange } from './blob-reading.js';

const HEAD_BYTES = 128 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** A blob without a name: neither durable nor readable before `Blobs.keep`. */
export interface PendingBlob {
  /** SHA-256 of the plaintext, hex */
  readonly hash: string;
  /** bytes of plaintext */
  readonly size: number;
  /** the first 128 KiB of plaintext */
  readonly head: Buffer;
  /** streamed: encrypted in a file; otherwise the plaintext in memory, so that the disk writes it once */
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

/**
 * Encrypts a stream into a new file; `sealBlobFile` writes the header later, when the data key is known. Holds one
 * chunk in memory. Leaves no file if the source or the disk fails.
 */
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

/** Writes the header of a streamed blob and makes the file durable. Leaves no file if the disk fails. */
export async function sealBlobFile({ file, seal }: BodyFile, name: string, key: Buffer): Promise<{ size: number }> {
  return durably(file, 'r+', async (handle) => {
    await handle.writeFile(headerOf(seal, name, key));
    return handle.stat();
  });
}

/**
 * Writes blobs one after the other into a new, durable file. Leaves no file if the disk fails.
 * @returns the place of each blob in the file
 */
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

/**
 * Writes all pieces without joining them. If the system takes only a part, a second write of the rest throws the
 * reason, such as a full disk.
 */
async function writeAll(handle: FileHandle, pieces: readonly Buffer[], bytes: number): Promise<void> {
  const { bytesWritten } = await handle.writev(pieces);
  if (bytesWritten < bytes) await handle.writeFile(Buffer.concat(pieces, bytes).subarray(bytesWritten));
}

/** Opens a file, runs `write`, then makes the file durable. Leaves no file if a step fails. */
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

/** Writes durable zeros over blobs of a file, because the file may stay for other blobs. A missing one is no error. */
export async function overwrite(file: string, blobs: readonly Pick<BlobRange, 'at' | 'size'>[]): Promise<void> {
  const handle = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!handle) return;
  try {
    const zeros = Buffer.alloc(Math.min(Math.max(...blobs.map(({ size }) => size)), CHUNK_BYTES));
    for (const { at, size } of blobs)
      for (let done = 0; done < size; done += zeros.length)
        await handle.write(zeros, 0, Math.min(zeros.length, size - done), at + done);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
