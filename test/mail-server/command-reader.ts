export interface CommandLine {
  /** The line with the markers of its literals but without their bytes, as imapflow's parser needs it. */
  text: Buffer;
  literals: Buffer[];
  receivedAt: number;
}

const literalAtEnd = /~?\{(\d+)(\+?)\}$/;

/** Splits the bytes of a client into commands, RFC 3501 sections 2.2.1 and 4.3; LITERAL+ by RFC 7888. */
export class CommandReader {
  private pending: Buffer[] = [];
  private pendingLength = 0;
  private text: Buffer[] = [];
  private literals: Buffer[] = [];
  private literalLength?: number;
  private readonly ready: CommandLine[] = [];
  private waiting?: (line: CommandLine | undefined) => void;
  private ended = false;

  /** @param requestLiteral called when the client waits for a continuation request before a literal */
  constructor(private readonly requestLiteral: () => void) {}

  push(chunk: Buffer): void {
    this.pending.push(chunk);
    this.pendingLength += chunk.length;
    while (this.literalLength === undefined ? this.takeLine() : this.takeLiteral(this.literalLength));
  }

  end(): void {
    this.ended = true;
    this.waiting?.(undefined);
    this.waiting = undefined;
  }

  /** The next command; undefined after the end of the connection. */
  next(): Promise<CommandLine | undefined> {
    const line = this.ready.shift();
    if (line || this.ended) return Promise.resolve(line);
    return new Promise((resolve) => (this.waiting = resolve));
  }

  private takeLine(): boolean {
    const lineEnd = this.joined().indexOf(10);
    if (lineEnd === -1) return false;
    const line = this.take(lineEnd + 1);
    const bare = line.subarray(0, line.at(-2) === 13 ? -2 : -1);
    const literal = literalAtEnd.exec(bare.subarray(-24).toString('latin1'));
    if (literal) {
      this.text.push(bare, Buffer.from('\r\n'));
      this.literalLength = Number(literal[1]);
      if (!literal[2]) this.requestLiteral();
      return true;
    }
    this.emit({ text: Buffer.concat([...this.text, bare]), literals: this.literals, receivedAt: Date.now() });
    this.text = [];
    this.literals = [];
    return true;
  }

  private takeLiteral(length: number): boolean {
    if (this.pendingLength < length) return false;
    this.joined();
    this.literals.push(this.take(length));
    this.literalLength = undefined;
    return true;
  }

  private joined(): Buffer {
    const all = this.pending.length === 1 ? (this.pending[0] as Buffer) : Buffer.concat(this.pending);
    this.pending = [all];
    return all;
  }

  private take(length: number): Buffer {
    const all = this.joined();
    this.pending = [all.subarray(length)];
    this.pendingLength -= length;
    return all.subarray(0, length);
  }

  private emit(line: CommandLine): void {
    if (!this.waiting) {
      this.ready.push(line);
      return;
    }
    this.waiting(line);
    this.waiting = undefined;
  }
}
