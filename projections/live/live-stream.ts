import type { Writable } from 'node:stream';
import { once } from 'node:events';
import { START, type Position } from '../../src/platform/log/event-store.js';
import type { Told } from './telling.js';

/** Bytes that wait for somebody who does not read: more, and he is ended. He resumes with what he has read last. */
const MOST_UNREAD = 256 * 1024;
/** Words that wait while a stream begins. */
const MOST_WAITING = 10_000;

/** One open stream. Events go out in the order of the log, none twice. */
export class LiveStream {
  /** what comes before the stream has begun waits here */
  private waiting: Told[] | undefined = [];
  private waitedAtLastBeat = false;
  private readonly closing = new AbortController();
  /** everything up to here has been sent, or is no concern of his */
  after: Position = START;

  constructor(
    private readonly out: Writable,
    /** names the session or token by which it was opened */
    readonly credential: string,
  ) {
    out.once('close', () => this.closing.abort());
    out.on('error', () => out.destroy());
  }

  /** Aborts when it has ended, from whichever side. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  /** @param text the words as `mayKnow` lets them through, made once for all streams of the same rights */
  deliver(told: readonly Told[], allowed: (one: Told) => boolean, text: () => string): void {
    if (this.waiting) {
      this.waiting.push(...told);
      if (this.waiting.length > MOST_WAITING) this.out.destroy();
    } else if (told.length > 0) {
      if (told[0]!.position > this.after) this.send(text());
      else this.send(framesOf(this.unsent(told).filter(allowed)));
      this.after = later(this.after, told.at(-1)!.position);
    }
  }

  /** What was missed, at the pace of the reader; then what has come meanwhile; from then on it is live. */
  async begin(
    opening: string,
    missed: readonly Told[],
    from: Position,
    allowed: (one: Told) => boolean,
  ): Promise<void> {
    this.after = from;
    this.send(opening);
    for (let left = missed; ; left = this.waiting!.splice(0)) {
      for (let at = 0; at < left.length; at += 200) {
        const part = this.unsent(left.slice(at, at + 200));
        this.send(framesOf(part.filter(allowed)));
        this.after = later(this.after, part.at(-1)?.position ?? START);
        if (this.out.writableNeedDrain) await once(this.out, 'drain', { signal: this.closed });
      }
      if (this.waiting!.length === 0) break;
    }
    this.waiting = undefined;
  }

  /** A sign of life, which also moves the place to resume from. Who has read nothing between two of them is ended. */
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

  private unsent(told: readonly Told[]): readonly Told[] {
    return told.filter(({ position }) => position > this.after);
  }

  private send(text: string): void {
    if (text === '' || this.out.writableEnded || this.out.destroyed) return;
    if (this.out.writableLength > MOST_UNREAD) this.out.destroy();
    else this.out.write(text);
  }
}

const later = (one: Position, other: Position): Position => (one > other ? one : other);
export const framesOf = (told: readonly Told[]): string => told.map(({ frame }) => frame).join('');
