import type { Writable } from 'node:stream';
import { once } from 'node:events';
import { START, type Position } from '../../src/platform/log/event-store.js';
import { type Delivery, framesOf } from './deliveries.js';

/** Unread bytes after which the stream ends. A client that reconnects resumes after the last event that it read. */
const MOST_UNREAD = 256 * 1024;
/** Deliveries that wait until the stream has begun. */
const MOST_WAITING = 10_000;
/** Missed deliveries per write; those of one fact stay together. */
const PART = 200;

/** One open stream. Events go out in the order of the log, each once. */
export class LiveStream {
  /** deliveries that arrive before the stream has begun */
  private waiting: Delivery[] | undefined = [];
  /** frames without a position that arrive before the stream has begun */
  private early: string[] = [];
  private waitedAtLastBeat = false;
  private readonly closing = new AbortController();
  /** deliveries up to this position are sent, or not for this client */
  after: Position = START;

  constructor(
    private readonly out: Writable,
    /** fingerprint of the session or token that opened the stream */
    readonly credential: string,
  ) {
    out.once('close', () => this.closing.abort());
    out.on('error', () => out.destroy());
  }

  /** Aborts when either side has ended the stream. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  /** @param text frames of the allowed deliveries, made once for all streams with the same rights */
  deliver(deliveries: readonly Delivery[], allowed: (one: Delivery) => boolean, text: () => string): void {
    if (this.waiting) {
      this.waiting.push(...deliveries);
      if (this.waiting.length > MOST_WAITING) this.out.destroy();
    } else if (deliveries.length > 0) {
      if (deliveries[0]!.position > this.after) this.send(text());
      else this.send(framesOf(this.unsent(deliveries).filter(allowed)));
      this.after = later(this.after, deliveries.at(-1)!.position);
    }
  }

  /** Sends a frame that no position orders. It is not sent again to a client that reconnects. */
  signal(frame: string): void {
    if (!this.waiting) this.send(frame);
    else if (this.early.push(frame) > MOST_WAITING) this.out.destroy();
  }

  /** Sends missed deliveries at the pace of the client, then those that arrived meanwhile; then the stream is live. */
  async begin(
    opening: string,
    missed: readonly Delivery[],
    from: Position,
    allowed: (one: Delivery) => boolean,
  ): Promise<void> {
    this.after = from;
    this.send(opening);
    for (let left = missed; ; left = this.waiting!.splice(0)) {
      for (let at = 0, to = 0; at < left.length; at = to) {
        to = at + PART;
        while (left[to] && left[to]!.position === left[to - 1]!.position) to++;
        const part = this.unsent(left.slice(at, to));
        this.send(framesOf(part.filter(allowed)));
        this.after = later(this.after, part.at(-1)?.position ?? START);
        if (this.out.writableNeedDrain) await once(this.out, 'drain', { signal: this.closed });
      }
      if (this.waiting!.length === 0) break;
    }
    this.waiting = undefined;
    this.send(this.early.splice(0).join(''));
  }

  /** Sends a comment with the position to resume from. A client that read nothing since the last beat is cut off. */
  beat(position: Position): void {
    const waits = this.out.writableLength > 0;
    if (waits && this.waitedAtLastBeat) this.out.destroy();
    this.waitedAtLastBeat = waits;
    if (!this.waiting && !waits) this.send(`: still here\nid: ${later(this.after, position)}\n\n`);
  }

  end(): void {
    this.closing.abort();
    if (this.out.writableLength > 0) this.out.destroy();
    else this.out.end();
  }

  private unsent(deliveries: readonly Delivery[]): readonly Delivery[] {
    return deliveries.filter(({ position }) => position > this.after);
  }

  private send(text: string): void {
    if (text === '' || this.out.writableEnded || this.out.destroyed) return;
    if (this.out.writableLength > MOST_UNREAD) this.out.destroy();
    else this.out.write(text);
  }
}

const later = (one: Position, other: Position): Position => (one > other ? one : other);
