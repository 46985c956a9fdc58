import { Readable } from 'node:stream';

export interface MessageData {
  /** called at most once */
  bytes: () => AsyncIterable<Buffer>;
  /** The final dot is written only after this has resolved. */
  beforeFinalDot: () => Promise<void>;
}

/**
 * The bytes of a message on their way to a server. The stream ends, and nodemailer writes the final dot at its end,
 * only after `beforeFinalDot` has resolved.
 */
export class MessageSource {
  readonly stream: Readable;
  /** `envelope`: the server has not asked for the message yet · `data` · `dot`: the final dot may be written */
  stage: 'envelope' | 'data' | 'dot' = 'envelope';
  /** the error of `bytes` or `beforeFinalDot` */
  failure: { error: unknown } | undefined;
  private marking: Promise<void> = Promise.resolve();

  /** @param onProgress called before each block, before the mark (`mark`) and before the dot (`dot`) */
  constructor(
    private readonly data: MessageData,
    private readonly onProgress: (next: 'block' | 'mark' | 'dot') => void,
  ) {
    this.stream = Readable.from(this.blocks());
  }

  /** Resolves when `beforeFinalDot` is not in flight. */
  async settled(): Promise<void> {
    await this.marking.catch(() => undefined);
  }

  private async *blocks(): AsyncGenerator<Buffer> {
    try {
      this.stage = 'data';
      this.onProgress('block');
      for await (const block of this.data.bytes()) {
        yield block;
        this.onProgress('block');
      }
      this.onProgress('mark');
      this.marking = this.data.beforeFinalDot();
      await this.marking;
    } catch (error) {
      this.failure = { error };
      // nodemailer changes the error that it gets.
      throw new Error('The message cannot be read.', { cause: error });
    }
    // Destroyed: the connection broke meanwhile, and no dot will be written.
    if (this.stream.destroyed) return;
    this.stage = 'dot';
    this.onProgress('dot');
  }
}
