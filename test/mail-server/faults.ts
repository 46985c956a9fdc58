const MAX_COMMANDS = 10_000;

/** Faults that a test can inject into the server, and the commands that the server received. */
export class Faults {
  /** ms that each command waits after its arrival; commands sent together wait together, as on a slow network */
  delayMs = 0;
  loginsRefused = false;
  /** The latest commands in order, without tag, literals and credentials. */
  readonly commands: string[] = [];
  /** UIDs, of any folder: a FETCH of their content sends the other messages, then a tagged NO */
  readonly unfetchable = new Set<number>();
  /** UIDs, of any folder: a FETCH of content leaves them out and ends with a tagged OK */
  readonly leftOut = new Set<number>();
  /** recipient in lower case to SMTP code, such as 450 or 550 */
  readonly refusedRecipients = new Map<string, number>();
  private bytesUntilDrop?: number;

  dropConnectionAfterBytes(bytes: number): void {
    this.bytesUntilDrop = bytes;
  }

  /** The number of these bytes to send before the connection closes; undefined: send all, do not close. */
  cutWithin(length: number): number | undefined {
    if (this.bytesUntilDrop === undefined) return undefined;
    const left = this.bytesUntilDrop;
    this.bytesUntilDrop = left < length ? undefined : left - length;
    return left < length ? left : undefined;
  }

  record(command: string): void {
    this.commands.push(command);
    if (this.commands.length > MAX_COMMANDS) this.commands.splice(0, MAX_COMMANDS / 2);
  }
}
