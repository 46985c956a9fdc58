/**
 * Gives the memory of bytes back that nobody reads any more. Left to the garbage collector it goes with a full collection only: what is being
 * stored for half a second counts as old by then, and its bytes call for one full collection after the other. Bytes that share their memory
 * with others stay.
 */
export function release({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && byteLength > 0)
    structuredClone(buffer, { transfer: [buffer] });
}
