const mostCommands = 10_000;

/** What a test may turn to make the server behave badly, and what it may look at afterwards. */
export class Levers {
  /** Each command waits this long after its arrival; commands sent together wait together, as with a slow line. */
  delayMs = 0;
  loginsRefused = false;
  /** The latest commands in order, without tag, literals and credentials. */
  readonly commands: string[] = [];
  /** UIDs, of any folder, whose content cannot be fetched: the rest is answered, then a tagged NO. */
  readonly unfetchable = new Set<number>();
  /** UIDs, of any folder, whose content is left out of an answer that says OK. */
  readonly leftOut = new Set<number>();
  /** SMTP code for a recipient, such as 450 or 550. */
  readonly refusedRecipients = new Map<string, number>();
  private bytesUntilDrop?: number;

  dropConnectionAfterBytes(bytes: number): void {
    this.bytesUntilDrop = bytes;
  }

  /** How many of the bytes about to be sent still go out before the connection is cut; nothing when it stays. */
  cutWithin(length: number): number | undefined {
    if (this.bytesUntilDrop === undefined) return undefined;
    const left = this.bytesUntilDrop;
    this.bytesUntilDrop = left < length ? undefined : left - length;
    return left < length ? left : undefined;
  }

  record(command: string): void {
    this.commands.push(command);
    if (this.commands.length > mostCommands) this.commands.splice(0, mostCommands / 2);
  }
}
