import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parser } from 'imapflow/lib/handler/imap-handler.js';
import { type Extension, offers } from './capabilities.js';
import { CommandArguments } from './command-arguments.js';
import { CommandReader, type CommandLine } from './command-reader.js';
import { commands, type Command } from './commands.js';
import type { Faults } from './faults.js';
import type { MailAccount } from './mail-account.js';
import { Refusal } from './refusal.js';
import type { Enabled, SelectedFolder } from './selected-folder.js';
import type { Piece } from './wire.js';

/** Period of the lines of a command that never ends. */
const LIFE_MS = 50;

export interface ImapContext {
  faults: Faults;
  /** The account; undefined when login or password is wrong. */
  logIn(login: string, password: string): MailAccount | undefined;
}

/** The connection of one client. It reads commands one after the other and answers them. */
export class ImapSession {
  account?: MailAccount;
  selected?: SelectedFolder;
  isIdling = false;
  readonly enabled: Enabled = { condstore: false, qresync: false };
  private readonly reader = new CommandReader(() => void this.send('+ Send the literal'));
  private over = false;
  private bodies = 0;
  /** aborts the delay of a command when the connection ends */
  private readonly waiting = new AbortController();

  constructor(
    private readonly socket: Socket,
    readonly context: ImapContext,
  ) {
    socket.on('data', (chunk: Buffer) => this.reader.push(chunk));
    socket.on('close', () => this.end());
    socket.on('error', () => this.end());
  }

  async run(greeting: string): Promise<void> {
    const { greetingDelayMs } = this.context.faults;
    if (greetingDelayMs > 0) await this.rest(greetingDelayMs);
    await this.send(greeting);
    for (let line = await this.next(); line && !this.over; line = await this.next()) await this.answer(line);
    this.socket.end();
  }

  next(): Promise<CommandLine | undefined> {
    return this.reader.next();
  }

  /** The selected folder, in a command that needs one. */
  get opened(): SelectedFolder {
    return this.selected as SelectedFolder;
  }

  offers(extension: Extension): boolean {
    return offers(this.context.faults, extension);
  }

  /** @throws Refusal for an extension that a test has taken away */
  require(extension: Extension): void {
    if (!this.offers(extension)) throw new Refusal('BAD', `Without ${extension}`);
  }

  /** RFC 7162 section 3.1.2: the first command that uses mod-sequences makes the server tell the highest one. */
  async enableCondstore(): Promise<void> {
    this.require('CONDSTORE');
    if (this.enabled.condstore) return;
    this.enabled.condstore = true;
    if (this.selected) await this.send(`* OK [HIGHESTMODSEQ ${this.selected.folder.changes}] Highest`);
  }

  /** True once nothing more is sent. */
  get ended(): boolean {
    return this.over || this.socket.destroyed;
  }

  /** Sends one response line; waits for the client to read (back-pressure). */
  async send(...pieces: Piece[]): Promise<void> {
    if (this.ended) return;
    const bytes = Buffer.concat(
      [...pieces, '\r\n'].map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
    );
    const cut = this.context.faults.cutWithin(bytes.length);
    if (cut !== undefined) {
      this.socket.write(bytes.subarray(0, cut), () => this.socket.destroy());
      this.end();
    } else if (!this.socket.write(bytes)) {
      await Promise.race([once(this.socket, 'drain'), once(this.socket, 'close')]).catch(() => undefined);
    }
  }

  /** Sends the changes of the selected folder; ends the connection when the folder was deleted or renumbered. */
  sendNews(numbersMayChange: boolean): void {
    if (!this.selected) return;
    if (this.selected.lost) {
      void this.send('* BYE The folder was deleted or renumbered');
      this.end();
      return;
    }
    for (const line of this.selected.news(numbersMayChange, this.enabled)) void this.send(line);
  }

  /** Ends the connection after its share of bodies. */
  countBody(): void {
    const { faults } = this.context;
    if (this.ended) return;
    faults.bodiesSent += 1;
    this.bodies += 1;
    if (this.bodies !== faults.cutAfterBodies?.count) return;
    this.end();
    if (faults.cutAfterBodies.how === 'end') this.socket.end();
    else this.socket.resetAndDestroy();
  }

  /** Ends the connection without a word, as a server of which a process dies. */
  breakOff(): void {
    this.end();
    this.socket.resetAndDestroy();
  }

  close(): void {
    this.end();
    this.socket.end();
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.isIdling = false;
    this.waiting.abort();
    this.reader.end();
  }

  private async answer(line: CommandLine): Promise<void> {
    const wait = line.receivedAt + this.context.faults.delayMs - Date.now();
    if (wait > 0) await this.rest(wait);
    if (this.over) return;
    const [tag = '*'] = line.text.toString('latin1').split(' ', 1);
    try {
      const { command = '', attributes = [] } = await parser(line.text, {
        literals: [...line.literals],
        literalPlus: true,
      }).catch(() => {
        throw new Refusal('BAD', 'Invalid command');
      });
      const name = command.toUpperCase();
      const known = commands[name];
      const entry = known?.extension && !this.offers(known.extension) ? undefined : known;
      this.context.faults.record(entry && !entry.secret ? line.text.toString('utf8', tag.length + 1) : name);
      if (!entry) throw new Refusal('BAD', 'Unknown command');
      this.requireState(entry);
      if (this.context.faults.endless.has(name)) return await this.showLife();
      const text = await entry.run(this, new CommandArguments([...attributes]), name.startsWith('UID '));
      this.sendNews(!entry.keepsNumbers);
      await this.send(`${tag} OK ${text}`);
      if (name === 'LOGOUT') this.end();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.sendNews(false);
      await this.send(`${tag} ${error.status} ${error.message}`);
    }
  }

  /** Ends early with the connection. */
  private async rest(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.waiting.signal }).catch(() => undefined);
  }

  private async showLife(): Promise<void> {
    while (!this.ended) {
      await this.send('* OK Still here');
      await this.rest(LIFE_MS);
    }
  }

  private requireState({ needs }: Command): void {
    if (needs && !this.account) throw new Refusal('NO', 'Log in first');
    if (needs === 'folder' && !this.selected) throw new Refusal('BAD', 'Select a folder first');
  }
}
