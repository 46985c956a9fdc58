import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parser } from 'imapflow/lib/handler/imap-handler.js';
import { CommandArguments } from './command-arguments.js';
import { CommandReader, type CommandLine } from './command-reader.js';
import { commands, type Command } from './commands.js';
import type { Levers } from './levers.js';
import type { MailAccount } from './mail-account.js';
import { Refusal } from './refusal.js';
import type { SelectedFolder } from './selected-folder.js';
import type { Piece } from './wire.js';

export interface ImapContext {
  levers: Levers;
  /** The account, when login and password are right. */
  logIn(login: string, password: string): MailAccount | undefined;
}

/** One client's connection: reads its commands one after the other and answers them. */
export class ImapSession {
  account?: MailAccount;
  selected?: SelectedFolder;
  private readonly reader = new CommandReader(() => void this.send('+ Go on'));
  private over = false;
  /** what is waited for while nobody listens any more is not waited for */
  private readonly ended = new AbortController();

  constructor(
    private readonly socket: Socket,
    readonly context: ImapContext,
  ) {
    socket.on('data', (chunk: Buffer) => this.reader.push(chunk));
    socket.on('close', () => this.end());
    socket.on('error', () => this.end());
  }

  async run(greeting: string): Promise<void> {
    await this.send(greeting);
    for (let line = await this.next(); line && !this.over; line = await this.next()) await this.answer(line);
    this.socket.end();
  }

  next(): Promise<CommandLine | undefined> {
    return this.reader.next();
  }

  /** Sends one response line and waits while the client does not keep up. */
  async send(...pieces: Piece[]): Promise<void> {
    if (this.over || this.socket.destroyed) return;
    const bytes = Buffer.concat(
      [...pieces, '\r\n'].map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
    );
    const cut = this.context.levers.cutWithin(bytes.length);
    if (cut !== undefined) {
      this.socket.write(bytes.subarray(0, cut), () => this.socket.destroy());
      this.end();
    } else if (!this.socket.write(bytes)) {
      await Promise.race([once(this.socket, 'drain'), once(this.socket, 'close')]).catch(() => undefined);
    }
  }

  /** Tells the client what happened to its folder; a folder it has lost ends the connection. */
  tellNews(numbersMayMove: boolean): void {
    if (!this.selected) return;
    if (this.selected.lost) {
      void this.send('* BYE The folder is not what it was');
      this.end();
      return;
    }
    for (const line of this.selected.news(numbersMayMove)) void this.send(line);
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.ended.abort();
    this.reader.end();
  }

  private async answer(line: CommandLine): Promise<void> {
    const wait = line.receivedAt + this.context.levers.delayMs - Date.now();
    if (wait > 0) await pause(wait, undefined, { signal: this.ended.signal }).catch(() => undefined);
    if (this.over) return;
    const [tag = '*'] = line.text.toString('latin1').split(' ', 1);
    try {
      const { command = '', attributes = [] } = await parser(line.text, {
        literals: [...line.literals],
        literalPlus: true,
      }).catch(() => {
        throw new Refusal('BAD', 'That is no command');
      });
      const name = command.toUpperCase();
      const entry = commands[name];
      this.context.levers.record(entry && !entry.secret ? line.text.toString('utf8', tag.length + 1) : name);
      if (!entry) throw new Refusal('BAD', 'Not a command of this server');
      this.allow(entry);
      const text = await entry.run(this, new CommandArguments([...attributes]), name.startsWith('UID '));
      this.tellNews(!entry.keepsNumbers);
      await this.send(`${tag} OK ${text}`);
      if (name === 'LOGOUT') this.end();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.tellNews(false);
      await this.send(`${tag} ${error.status} ${error.message}`);
    }
  }

  private allow({ needs }: Command): void {
    if (needs && !this.account) throw new Refusal('NO', 'Log in first');
    if (needs === 'folder' && !this.selected) throw new Refusal('BAD', 'Select a folder first');
  }
}
