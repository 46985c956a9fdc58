import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from '../journeys/mailbox.js';
import { allOf, done, type Requests } from '../journeys/requests.js';
import { RunningService } from '../journeys/running-service.js';
import { waitUntil } from '../journeys/wait-until.js';
import type { Step } from '../smtp-sink/sink-script.js';
import { SmtpSink } from '../smtp-sink/smtp-sink.js';

/** A server that puts a copy of each accepted message into Sent, or does not. */
interface Habit {
  name: string;
  /** null: keeps none */
  afterMs: number | null;
  /** bytes of the copy */
  copy: (raw: string) => string;
}

const same = (raw: string): string => raw;
const withHeader = (raw: string): string => `X-Kept-By: server\r\n${raw}`;

export const HABITS: readonly Habit[] = [
  { name: 'at once', afterMs: 0, copy: same },
  { name: 'after 3 s', afterMs: 3000, copy: same },
  { name: 'after 10 s', afterMs: 10_000, copy: same },
  { name: 'with other bytes', afterMs: 500, copy: withHeader },
  { name: 'never', afterMs: null, copy: same },
];

const PASSWORD = 'secret';
const LONGEST_MS = 900_000;

/** Accounts of all habits, a real server for their copies, and a service that sends. */
export class KeptCopies {
  private readonly copies: Promise<unknown>[] = [];

  private constructor(
    private readonly service: RunningService,
    private readonly dovecot: Dovecot,
    private readonly sink: SmtpSink,
    private readonly requests: Requests,
    private readonly accounts: ReadonlyMap<string, { habit: Habit; id: string }>,
  ) {}

  /** @param each number of accounts of each habit */
  static async open(each: number): Promise<KeptCopies> {
    const habits = HABITS.flatMap((habit, h) =>
      Array.from({ length: each }, (_, n) => ({ habit, address: `h${h}n${n}@example.test` })),
    );
    const [service, dovecot, sink] = await Promise.all([
      RunningService.start({ config: { watchMail: false } }),
      startDovecot({ users: Object.fromEntries(habits.map(({ address }) => [address, PASSWORD])) }),
      SmtpSink.start(),
    ]);
    const requests = await service.signedIn();
    const limits = { perMinute: 10_000, perHour: 10_000, perDay: 10_000 };
    const settings = { outgoing: sink.settings, limits };
    const accounts = new Map<string, { habit: Habit; id: string }>();
    for (const { habit, address } of habits) {
      const body = accountOn({ imapPort: dovecot.imapPort, smtpPort: 1 }, address, PASSWORD, settings);
      accounts.set(address, { habit, id: (await addAccount(requests, body, '?skipTest=true')).id });
    }
    const kept = new KeptCopies(service, dovecot, sink, requests, accounts);
    sink.script = (step) => kept.keep(step);
    return kept;
  }

  /** Sends so many messages from each account. Each is in the view and in Sent once. */
  async sendAll(each: number): Promise<void> {
    const accounts = [...this.accounts];
    for (const [, { id }] of accounts) for (let n = 0; n < each; n++) await this.send(id, `m${n}`);
    for (const [address, { habit, id }] of accounts) {
      await waitUntil(
        () => this.sent(id),
        (all) => all.length === each && all.every(({ sending }) => sending.copy === 'kept'),
        LONGEST_MS,
      );
      await this.allCopied();
      const names = Array.from({ length: each }, (_, n) => `m${n}`).sort();
      // The service removes its own copy once that of the server has come.
      await waitUntil(
        () => this.subjectsOnServer(address),
        (all) => all.length === each,
        LONGEST_MS,
      );
      await fetchMail(this.requests, id);
      const subjects = (await this.sent(id)).map(({ subject }) => subject!).sort();
      assert.deepEqual(subjects, names, `${habit.name}: in the view`);
      assert.deepEqual(await this.subjectsOnServer(address), names, `${habit.name}: on the server`);
    }
  }

  private async send(accountId: string, subject: string): Promise<void> {
    const body = { to: [{ address: 'kim@kiosk.example' }], subject, text: 'Hello', undoSeconds: 0 };
    done(await this.requests.post<object>(`/api/accounts/${accountId}/messages`, body));
  }

  private async sent(accountId: string): Promise<(MessageSummary & { sending: { copy: string } })[]> {
    await this.service.settled();
    return allOf(this.requests, `/api/accounts/${accountId}/messages?box=sent`);
  }

  private keep({ name, raw }: Step): undefined {
    if (name !== 'DOT') return;
    const text = raw!.toString('latin1');
    const address = /^From: .*?(\w+@example\.test)/m.exec(text)![1]!;
    const { afterMs, copy } = this.accounts.get(address)!.habit;
    const store = async (): Promise<void> => {
      await pause(afterMs!);
      await this.dovecot.deliver(address, 'Sent', Buffer.from(copy(text), 'latin1'), { flags: ['\\Seen'] });
    };
    if (afterMs !== null) this.copies.push(store());
  }

  private async subjectsOnServer(user: string): Promise<string[]> {
    const { host, imapPort: port } = this.dovecot;
    const client = new ImapFlow({
      ...{ host, port, secure: false, doSTARTTLS: false, logger: false },
      auth: { user, pass: PASSWORD },
    });
    await client.connect();
    await client.mailboxOpen('Sent');
    const all = await client.fetchAll('1:*', { envelope: true });
    await client.logout();
    // The server may tell of flags meanwhile, without the envelope.
    return all.flatMap(({ envelope }) => envelope?.subject ?? []).sort();
  }

  private async allCopied(): Promise<void> {
    await Promise.all(this.copies);
  }

  async close(): Promise<void> {
    await Promise.all([this.service.stop(), this.dovecot.stop(), this.sink.stop()]);
  }
}
