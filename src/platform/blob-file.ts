import { createHash } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import {
  BlobDamaged,
  BlobMissing,
  type BodySeal,
  decipherFor,
  finish,
  HEADER_BYTES,
  headerOf,
  newCipher,
} from './blob-format.js';

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

interface BodyFile {
  file: string;
  seal: BodySeal;
}

export function pendingInMemory(raw: Buffer): PendingBlob {
  return { hash: createHash('sha256').update(raw).digest('hex'), size: raw.length, head: raw.subarray(0, HEAD_BYTES), body: raw };
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

/** Makes it whole and durable, though not under its name yet. Answers its file: `fresh`, unless it has one. */
export async function sealBlobFile({ body }: PendingBlob, name: string, key: Buffer, fresh: string): Promise<string> {
  const file = Buffer.isBuffer(body) ? fresh : body.file;
  const handle = await open(file, Buffer.isBuffer(body) ? 'wx' : 'r+', 0o600);
  try {
    await handle.writeFile(Buffer.isBuffer(body) ? sealed(body, name, key) : headerOf(body.seal, name, key));
    await handle.sync();
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(file, { force: true });
    throw error;
  }
  return file;
}

function sealed(raw: Buffer, name: string, key: Buffer): Buffer {
  const { cipher, fileKey, nonce } = newCipher();
  const body = cipher.update(raw);
  cipher.final();
  return Buffer.concat([headerOf({ fileKey, nonce, tag: cipher.getAuthTag() }, name, key), body]);
}

/** What a file is to hold: kept under `name` and `key`, its plaintext of that SHA-256. */
export interface Expected {
  name: string;
  key: Buffer;
  hash: string;
}

/** Where a kept blob lies, and what opens it: for who reads it in another thread. */
export interface SealedBlob extends Expected {
  file: string;
}

/** At most its first `bytes`, verified as a whole; memory for no more than them. @throws BlobMissing, BlobDamaged */
export async function readBeginning(blob: SealedBlob, bytes: number): Promise<Buffer> {
  const { size } = await stat(blob.file).catch(missing(blob.name));
  if (size <= HEADER_BYTES + bytes) return readBlobFile(blob.file, blob);
  const { content } = await plaintextOf(await openVerified(blob.file, blob), blob.name, blob.key);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of content as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length >= bytes) break;
  }
  return Buffer.concat(pieces).subarray(0, bytes);
}

/** @throws BlobMissing, BlobDamaged */
export async function readBlobFile(file: string, { name, key, hash }: Expected): Promise<Buffer> {
  const bytes = await readFile(file).catch(missing(name));
  const decipher = decipherFor(bytes, name, key);
  const plain = decipher.update(bytes.subarray(HEADER_BYTES));
  finish(decipher, name);
  if (createHash('sha256').update(plain).digest('hex') !== hash) throw new BlobDamaged(name);
  return plain;
}

/** The caller closes the handle. @throws BlobMissing, BlobDamaged */
export async function openVerified(file: string, { name, key, hash }: Expected): Promise<FileHandle> {
  const handle = await open(file, 'r').catch(missing(name));
  try {
    const decipher = decipherFor(await headerIn(handle), name, key);
    const found = createHash('sha256');
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = HEADER_BYTES; ;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) break;
      found.update(decipher.update(buffer.subarray(0, bytesRead)));
      at += bytesRead;
    }
    finish(decipher, name);
    if (found.digest('hex') !== hash) throw new BlobDamaged(name);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Closes the handle at the stream's end. */
export async function plaintextOf(handle: FileHandle, name: string, key: Buffer): Promise<{ size: number; content: Readable }> {
  const { size } = await handle.stat();
  const decipher = decipherFor(await headerIn(handle), name, key);
  const body = handle.createReadStream({ start: HEADER_BYTES, highWaterMark: CHUNK_BYTES });
  return { size: size - HEADER_BYTES, content: pipeline(body, decipher, () => undefined) };
}

async function headerIn(handle: FileHandle): Promise<Buffer> {
  const header = Buffer.alloc(HEADER_BYTES);
  const { bytesRead } = await handle.read(header, 0, HEADER_BYTES, 0);
  return header.subarray(0, bytesRead);
}

const missing = (name: string) => (error: unknown) => {
  throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new BlobMissing(name) : error;
};
