import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';
import { capabilities } from './capabilities.js';
import { ImapSession, type ImapContext } from './imap-session.js';
import { Faults } from './faults.js';
import { MailAccount, usualFolders } from './mail-account.js';
import type { FolderRole, NewMessage } from './mail-folder.js';
import { submissionServer, type Submission } from './smtp-submission.js';

export interface MailServerOptions {
  /** login, which is also the address, to password */
  users: Record<string, string>;
  /** folders beside INBOX; default: Sent, Drafts, Trash and Junk with their roles */
  folders?: Record<string, FolderRole>;
  imapPort?: number;
  smtpPort?: number;
  /** of the first folder; default: the time in seconds, because after a restart UIDs mean other messages */
  uidValidity?: number;
}

/** Starts an IMAP4rev1 (RFC 3501) and SMTP submission server in this process: loopback, unencrypted, in memory. */
export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const server = new MailServer(options);
  await server.listen(options.imapPort ?? 0, options.smtpPort ?? 0);
  return server;
}

export class MailServer {
  readonly host = '127.0.0.1';
  readonly users: Readonly<Record<string, string>>;
  imapPort = 0;
  smtpPort = 0;
  /** All submissions, the oldest first. */
  readonly submissions: Submission[] = [];
  readonly faults = new Faults();

  private readonly accounts = new Map<string, MailAccount>();
  private readonly sockets = new Map<Socket, ImapSession>();
  private readonly imap: Server;
  private readonly smtp: SMTPServer;

  constructor({ users, folders = usualFolders, uidValidity = Math.floor(Date.now() / 1000) }: MailServerOptions) {
    this.users = users;
    let latest = uidValidity - 1;
    const nextUidValidity = () => (latest += 1);
    for (const [login, password] of Object.entries(users)) {
      this.accounts.set(login, new MailAccount(login, password, folders, nextUidValidity));
    }
    const context: ImapContext = { faults: this.faults, logIn: (login, password) => this.logIn(login, password) };
    this.imap = createServer((socket) => this.greet(socket, context));
    this.smtp = submissionServer(context, (submission) => this.accept(submission));
    this.smtp.on('error', () => undefined);
  }

  async listen(imapPort: number, smtpPort: number): Promise<void> {
    this.imap.listen(imapPort, this.host);
    this.smtp.listen(smtpPort, this.host);
    await Promise.all([once(this.imap, 'listening'), once(this.smtp.server, 'listening')]);
    this.imapPort = (this.imap.address() as AddressInfo).port;
    this.smtpPort = (this.smtp.server.address() as AddressInfo).port;
  }

  /** The latest IMAP commands, without tag, literals and credentials. */
  get commands(): string[] {
    return this.faults.commands;
  }

  /** The logins of the connections in IDLE. */
  get idling(): string[] {
    return [...this.sockets.values()].flatMap(({ isIdling, account }) => (isIdling && account ? [account.login] : []));
  }

  /** @returns the UID of the new message; a missing folder is created */
  deliver(user: string, folder: string, raw: Buffer, options: Omit<NewMessage, 'raw'> = {}): number {
    const account = this.account(user);
    return (account.find(folder) ?? account.create(folder)).add({ raw, ...options }).uid;
  }

  expunge(user: string, folder: string, uid: number): void {
    this.account(user)
      .folder(folder)
      .remove(new Set([uid]));
  }

  /** The folders of a user, to look at and to change as another mail program would. */
  account(user: string): MailAccount {
    const account = this.accounts.get(user);
    if (!account) throw new Error(`Unknown user: ${user}. Name it in the \`users\` option.`);
    return account;
  }

  /** Gives the folder a new UIDVALIDITY and UIDs from 1. Connections with this folder open end. */
  changeUidValidity(user: string, folder: string): void {
    this.account(user).renumber(folder);
  }

  /** Closes, once, the connection that would send the byte after `bytes`, counted over all connections. */
  dropConnectionAfterBytes(bytes: number): void {
    this.faults.dropConnectionAfterBytes(bytes);
  }

  refuseLogins(refused: boolean): void {
    this.faults.loginsRefused = refused;
  }

  /** Makes a FETCH of this UID's content, in any folder, end with a tagged NO after the other messages. */
  answerNoToFetchOf(uid: number): void {
    this.faults.unfetchable.add(uid);
  }

  /** Makes a FETCH of content leave out this UID, in any folder, and still end with a tagged OK. */
  leaveOutOfFetch(uid: number): void {
    this.faults.leftOut.add(uid);
  }

  refuseRecipient(address: string, code: 450 | 550): void {
    this.faults.refusedRecipients.set(address.toLowerCase(), code);
  }

  get delayMs(): number {
    return this.faults.delayMs;
  }

  set delayMs(milliseconds: number) {
    this.faults.delayMs = milliseconds;
  }

  dropConnections(): void {
    for (const socket of this.sockets.keys()) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = once(this.imap, 'close');
    this.imap.close();
    this.dropConnections();
    await Promise.all([closed, new Promise<void>((resolve) => this.smtp.close(() => resolve()))]);
  }

  private greet(socket: Socket, context: ImapContext): void {
    const session = new ImapSession(socket, context);
    this.sockets.set(socket, session);
    socket.setNoDelay(true);
    socket.once('close', () => this.sockets.delete(socket));
    session
      .run(`* OK [CAPABILITY ${capabilities(this.faults)}] Mailroom demo ready`)
      .catch((error: Error) => socket.destroy(error));
  }

  private logIn(login: string, password: string): MailAccount | undefined {
    const account = this.accounts.get(login);
    return account?.password === password && !this.faults.loginsRefused ? account : undefined;
  }

  private accept(submission: Submission): void {
    this.submissions.push(submission);
    const trace = `Return-Path: <${submission.from}>\r\nReceived: by localhost with ESMTPA; ${new Date().toUTCString().replace('GMT', '+0000')}\r\n`;
    for (const address of submission.to.map((each) => each.toLowerCase())) {
      if (this.accounts.has(address))
        this.deliver(address, 'INBOX', Buffer.concat([Buffer.from(trace), submission.raw]));
    }
  }
}
