import { ImapFlow } from 'imapflow';

/** Another mail program at a server of others. */
export class MailProgram {
  private constructor(readonly client: ImapFlow) {}

  static async connect(port: number, user: string, pass: string): Promise<MailProgram> {
    const auth = { user, pass };
    const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, auth, logger: false });
    await client.connect();
    return new MailProgram(client);
  }

  async append(path: string, raw: Buffer): Promise<void> {
    if (!(await this.client.append(path, raw))) throw new Error(`the server did not take a message into ${path}`);
  }

  async paths(): Promise<string[]> {
    return (await this.client.list()).map(({ path }) => path);
  }

  /** Flags of the messages in a folder, by subject. */
  async flagsIn(path: string): Promise<Record<string, string[]>> {
    const all = await this.messages(path);
    return Object.fromEntries(all.map(({ subject, flags }) => [subject, flags]));
  }

  /** Opens the folder and acts on the UID of this message. */
  async with(subject: string, path: string, act: (uid: string) => Promise<unknown>): Promise<void> {
    const found = (await this.messages(path)).find((each) => each.subject === subject);
    if (!found) throw new Error(`no message ${subject} in ${path}`);
    await act(String(found.uid));
    // CLOSE would remove messages that are marked as deleted, and servers end the connections to a removed folder.
    await this.client.mailboxOpen('INBOX');
  }

  close(): void {
    this.client.close();
  }

  private async messages(path: string): Promise<{ uid: number; subject: string; flags: string[] }[]> {
    await this.client.mailboxOpen(path);
    await this.client.noop();
    if (!this.client.mailbox || this.client.mailbox.exists === 0) return [];
    const all = await this.client.fetchAll('1:*', { envelope: true, flags: true, uid: true });
    return all.map(({ uid, envelope, flags }) => ({
      ...{ uid, subject: envelope!.subject! },
      flags: [...flags!].filter((flag) => flag !== '\\Recent').sort(),
    }));
  }
}
