import type { Extension } from './capabilities.js';
import { Refusal } from './refusal.js';

const MAX_COMMANDS = 10_000;

/** Faults that a test can inject into the server, and the commands that the server received. */
export class Faults {
  /** ms that each command waits after its arrival; commands sent together wait together, as on a slow network */
  delayMs = 0;
  /** ms before the greeting of IMAP */
  greetingDelayMs = 0;
  loginsRefused = false;
  /** answers to the next IMAP logins, one each, such as `NO [LIMIT] Too many connections` */
  readonly loginAnswers: string[] = [];
  /** The latest commands in order, without tag, literals and credentials. */
  readonly commands: string[] = [];
  /** UIDs, of any folder: a FETCH of their content sends the other messages, then a tagged NO */
  readonly unfetchable = new Set<number>();
  /** UIDs, of any folder: a FETCH of content leaves them out and ends with a tagged OK */
  readonly leftOut = new Set<number>();
  /** UIDs, of any folder, that SEARCH leaves out */
  readonly unsearchable = new Set<number>();
  /** UIDs, of any folder, that FETCH leaves out; EXISTS counts them */
  readonly invisible = new Set<number>();
  /** recipient in lower case to SMTP code, such as 450 or 550 */
  readonly refusedRecipients = new Map<string, number>();
  /**
   * commands that end with a tagged NO in a folder: EXAMINE (also for SELECT), SEARCH, SINCE, STORE, COPY, MOVE,
   * EXPUNGE, APPEND, STATUS, CREATE, DELETE or RENAME, then the folder, such as `STORE INBOX`
   */
  readonly refused = new Set<string>();
  /** extensions that the server neither announces nor accepts; for connections that begin afterwards */
  readonly hidden = new Set<Extension>();
  /** true: IDLE tells no change, as if nothing happened */
  silentIdle = false;
  /** folders that EXAMINE and SELECT open without UIDVALIDITY */
  readonly withoutUidValidity = new Set<string>();
  /** folders that end the connection when they are opened, without a word or with BYE */
  readonly ending = new Map<string, 'close' | 'bye'>();
  /** lines that LIST sends after the folders, as they stand; LIST of a name sends none */
  listRows: Iterable<string> = [];
  /** answer to NAMESPACE */
  namespaces = '(("" "/")) NIL NIL';
  /** names of commands that never end, such as `LIST`: the server says `* OK Still here` again and again */
  readonly endless = new Set<string>();
  /** bodies of messages after which each connection ends, with FIN or with RST */
  cutAfterBodies: { count: number; how: 'end' | 'reset' } | undefined;
  /** UIDs at which a connection ends when their bodies are asked for */
  readonly poisoned = new Set<number>();
  /** number of bodies of messages after which the server refuses each further FETCH of one, because it is busy */
  busyAfterBodies = Infinity;
  /** number of bodies of messages sent */
  bodiesSent = 0;
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

  refuses(command: string, folder: string): boolean {
    return this.refused.has(`${command} ${folder}`);
  }

  /** @throws Refusal for a command that is refused in this folder */
  check(command: string, folder: string): void {
    if (this.refuses(command, folder)) throw new Refusal('NO', '[NOPERM] Permission denied');
  }

  record(command: string): void {
    this.commands.push(command);
    if (this.commands.length > MAX_COMMANDS) this.commands.splice(0, MAX_COMMANDS / 2);
  }
}
