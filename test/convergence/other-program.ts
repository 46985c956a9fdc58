import { ImapFlow } from 'imapflow';

/** A message in a folder of the server. */
export interface Held {
  uid: number;
  /** its subject, which no other message has */
  name: string;
  seen: boolean;
  flagged: boolean;
  answered: boolean;
  deleted: boolean;
}

/** Another mail program with the same mailbox. */
export class OtherProgram {
  private constructor(private readonly client: ImapFlow) {}

  static async connect(port: number, user: string, pass: string): Promise<OtherProgram> {
    const auth = { user, pass };
    const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, auth, logger: false });
    await client.connect();
    return new OtherProgram(client);
  }

  /** Paths of all folders that hold mail, in their order. */
  async folders(): Promise<string[]> {
    const paths: string[] = [];
    for (const { path, flags } of await this.client.list()) {
      if (flags.has('\\Noselect') || flags.has('\\NonExistent')) continue;
      // Dovecot lists a removed folder that has folders below as if it could be opened.
      if (!flags.has('\\HasChildren') || (await this.opens(path))) paths.push(path);
    }
    return paths.sort();
  }

  private async opens(path: string): Promise<boolean> {
    const status = await this.client.status(path, { messages: true }).catch(() => false as const);
    return status !== false;
  }

  async createFolder(path: string): Promise<void> {
    await this.client.mailboxCreate(path);
  }

  async renameFolder(from: string, to: string): Promise<void> {
    await this.client.mailboxRename(from, to);
  }

  /** With the mail in the folder. */
  async removeFolder(path: string): Promise<void> {
    await this.client.mailboxDelete(path);
  }

  /** Messages of the folder, which stays open for changes until `leave`. */
  async open(path: string): Promise<Held[]> {
    await this.client.mailboxOpen(path);
    await this.client.noop();
    if (!this.client.mailbox || this.client.mailbox.exists === 0) return [];
    const all = await this.client.fetchAll('1:*', { envelope: true, flags: true, uid: true });
    // Changes by the service, which the server reports in between, come without an envelope.
    const asked = all.filter(({ envelope }) => envelope);
    return asked.map(({ uid, envelope, flags }) => ({
      ...{ uid, name: envelope!.subject! },
      seen: flags!.has('\\Seen'),
      flagged: flags!.has('\\Flagged'),
      answered: flags!.has('\\Answered'),
      deleted: flags!.has('\\Deleted'),
    }));
  }

  /** A server ends the connections to a folder that is removed. CLOSE would remove messages marked as deleted. */
  async leave(): Promise<void> {
    await this.client.mailboxOpen('INBOX');
  }

  async mark(uids: readonly number[], flag: string, value: boolean): Promise<void> {
    if (value) await this.client.messageFlagsAdd(uids.join(','), [flag], { uid: true });
    else await this.client.messageFlagsRemove(uids.join(','), [flag], { uid: true });
  }

  async move(uids: readonly number[], path: string): Promise<void> {
    await this.client.messageMove(uids.join(','), path, { uid: true });
  }

  async expunge(uids: readonly number[]): Promise<void> {
    await this.client.messageDelete(uids.join(','), { uid: true });
  }

  close(): void {
    this.client.close();
  }
}
