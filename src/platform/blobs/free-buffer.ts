/**
 * Frees the memory of a buffer that has no reader any more. The garbage collector would free it only in a full
 * collection: half a second of storing makes a buffer old for V8, and its size triggers one full collection after
 * another. A buffer that shares its memory with others keeps it.
 */
export function freeBuffer({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && byteLength > 0)
    structuredClone(buffer, { transfer: [buffer] });
}
