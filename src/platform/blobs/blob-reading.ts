import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { BlobDamaged, BlobMissing, decipherFor, finish, HEADER_BYTES } from './blob-format.js';

const CHUNK_BYTES = 256 * 1024;

/** A blob's name, its data key, and the SHA-256 (hex) of its plaintext. */
interface Expected {
  name: string;
  key: Buffer;
  hash: string;
}

/** `size` octets of a file, from `at` on. */
export interface BlobRange {
  file: string;
  at: number;
  size: number;
}

/** All that a reader needs, also in another thread. */
export interface SealedBlob extends Expected, BlobRange {}

/** Files that stay open over several reads: messages that were stored together lie in one pack. */
export class OpenFiles {
  private readonly handles = new Map<string, FileHandle>();

  private constructor() {}

  /** Closes all files at the end. */
  static async during<T>(work: (files: OpenFiles) => Promise<T>): Promise<T> {
    const files = new OpenFiles();
    try {
      return await work(files);
    } finally {
      for (const handle of files.handles.values()) await handle.close();
    }
  }

  async of(file: string): Promise<FileHandle> {
    const known = this.handles.get(file);
    if (known) return known;
    const handle = await open(file, 'r');
    this.handles.set(file, handle);
    return handle;
  }
}

/**
 * Returns at most the first `bytes` of plaintext. Verifies the whole blob before, without holding the rest in memory:
 * a small one by the tag of its cipher alone, which costs less than its hash as well.
 * @throws BlobMissing, BlobDamaged
 */
export async function readBeginning(blob: SealedBlob, bytes: number, files: OpenFiles): Promise<Buffer> {
  if (blob.size <= HEADER_BYTES + bytes) return decrypted(blob, files);
  const { content } = await plaintextOf(await openVerified(blob), blob);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of content as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length >= bytes) break;
  }
  return Buffer.concat(pieces).subarray(0, bytes);
}

/** Returns the whole plaintext. @throws BlobMissing, BlobDamaged */
export async function readBlob(blob: SealedBlob): Promise<Buffer> {
  const plain = await OpenFiles.during((files) => decrypted(blob, files));
  if (createHash('sha256').update(plain).digest('hex') !== blob.hash) throw new BlobDamaged(blob.name);
  return plain;
}

/** The tag proves that these bytes were encrypted under this name and key. */
async function decrypted({ file, at, size, name, key }: SealedBlob, files: OpenFiles): Promise<Buffer> {
  const handle = await files.of(file).catch(missing(name));
  const bytes = await readRange(handle, at, size);
  const decipher = decipherFor(bytes, name, key);
  const plain = decipher.update(bytes.subarray(HEADER_BYTES));
  finish(decipher, name);
  return plain;
}

/** Verifies a blob and returns its open file; the caller closes the handle. @throws BlobMissing, BlobDamaged */
export async function openVerified({ file, at, size, name, key, hash }: SealedBlob): Promise<FileHandle> {
  const handle = await open(file, 'r').catch(missing(name));
  try {
    const decipher = decipherFor(await readRange(handle, at, HEADER_BYTES), name, key);
    const found = createHash('sha256');
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let from = at + HEADER_BYTES; from < at + size;) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK_BYTES, at + size - from), from);
      if (bytesRead === 0) break;
      found.update(decipher.update(buffer.subarray(0, bytesRead)));
      from += bytesRead;
    }
    finish(decipher, name);
    if (found.digest('hex') !== hash) throw new BlobDamaged(name);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Streams the plaintext, of `size` bytes. The stream closes the handle at its end. */
export async function plaintextOf(
  handle: FileHandle,
  { at, size, name, key }: SealedBlob,
): Promise<{ size: number; content: Readable }> {
  const decipher = decipherFor(await readRange(handle, at, HEADER_BYTES), name, key);
  if (size === HEADER_BYTES) {
    await handle.close();
    return { size: 0, content: Readable.from([]) };
  }
  const body = handle.createReadStream({ start: at + HEADER_BYTES, end: at + size - 1, highWaterMark: CHUNK_BYTES });
  return { size: size - HEADER_BYTES, content: pipeline(body, decipher, () => undefined) };
}

/** Returns fewer bytes if the file ends before. */
async function readRange(handle: FileHandle, at: number, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  for (let length = 0; ;) {
    const { bytesRead } = await handle.read(bytes, length, size - length, at + length);
    length += bytesRead;
    if (bytesRead === 0 || length === size) return bytes.subarray(0, length);
  }
}

const missing = (name: string) => (error: unknown) => {
  throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new BlobMissing(name) : error;
};
