import assert from 'node:assert/strict';
import { type Attempt, WorkLater } from '../../src/platform/followers/work.js';
import { CopyRun } from '../../src/sending/copy-run.js';
import { SendRun } from '../../src/sending/send-run.js';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { accountOn, addAccount } from '../journeys/mailbox.js';
import { done, type Requests } from '../journeys/requests.js';
import { RunningService } from '../journeys/running-service.js';
import type { Step } from '../smtp-sink/sink-script.js';
import { SmtpSink } from '../smtp-sink/smtp-sink.js';

const PASSWORD = 'secret';
const WITHOUT_MAIL = 'api,projections,sagas';
/** Runs of a worker after a kill: for an attempt that a dead process left, for its copy, and to send. */
const RUNS = 3;

/**
 * `sends-only`: no incoming server, so no copy proves anything · `keeps-copies`: its server puts each accepted message
 * into Sent · `stores-none`: the service stores the copies
 */
export const KINDS = ['sends-only', 'keeps-copies', 'stores-none'] as const;
export type Kind = (typeof KINDS)[number];

export interface Shown {
  messageId: string;
  sending: { state: string; copy: string; recipients: { address: string; state: string }[] };
}

const addressOf = (kind: Kind): string => `${kind}@example.test`;

/** Accounts that send to one sink, and a service without the role `mail`: tests run the parts of its worker. */
export class SendingSite {
  private readonly ids = new Map<Kind, string>();
  /** asked before the usual answer of the sink */
  script: (step: Step) => string | undefined = () => undefined;

  /** the copy that the server puts into Sent */
  private copied: Promise<void> = Promise.resolve();

  private constructor(
    readonly service: RunningService,
    private readonly dovecot: Dovecot,
    readonly sink: SmtpSink,
    readonly requests: Requests,
  ) {}

  static async open(): Promise<SendingSite> {
    const users = Object.fromEntries(KINDS.map((kind) => [addressOf(kind), PASSWORD]));
    const [service, dovecot, sink] = await Promise.all([
      RunningService.start({ env: { ROLES: WITHOUT_MAIL } }),
      startDovecot({ users }),
      SmtpSink.start(),
    ]);
    const site = new SendingSite(service, dovecot, sink, await service.signedIn());
    sink.script = async (step) => {
      const answer = site.script(step);
      if (step.name === 'DOT' && answer !== '') await (site.copied = site.keepCopy(step.raw!));
      return answer;
    };
    for (const kind of KINDS) await site.add(kind);
    return site;
  }

  private async add(kind: Kind): Promise<void> {
    const settings = {
      outgoing: this.sink.settings,
      sendOnly: kind === 'sends-only',
      limits: { perMinute: 1_000_000, perHour: 1_000_000, perDay: 1_000_000 },
    };
    const ports = { imapPort: this.dovecot.imapPort, smtpPort: 1 };
    const body = accountOn(ports, addressOf(kind), PASSWORD, settings);
    this.ids.set(kind, (await addAccount(this.requests, body, '?skipTest=true')).id);
  }

  private async keepCopy(raw: Buffer): Promise<void> {
    const address = addressOf('keeps-copies');
    if (new RegExp(`^From:.*${address}`, 'm').test(raw.toString('latin1')))
      await this.dovecot.deliver(address, 'Sent', raw);
  }

  part<T>(type: abstract new (...args: never[]) => T): T {
    return this.service.service.app.get<T>(type);
  }

  /** @returns the id of the queued message */
  async queue(kind: Kind, recipients: number, undoSeconds = 0): Promise<string> {
    const to = Array.from({ length: recipients }, (_, n) => ({ address: `person${n}@kiosk.example` }));
    const body = { to, subject: 'Notice', text: 'Hello', undoSeconds };
    const path = `/api/accounts/${this.ids.get(kind)!}/messages`;
    return done(await this.requests.post<{ id: string }>(path, body)).id;
  }

  async shown(id: string): Promise<Shown> {
    await this.service.settled();
    return done(await this.requests.get<Shown>(`/api/messages/${id}`));
  }

  /** Works as the worker does after a restart, until the message waits for nobody, or for a person. */
  async recover(id: string, told = ''): Promise<Shown> {
    await this.copied;
    for (let run = 1; ; run++) {
      await this.work((attempt) => this.part(SendRun).run(id, attempt));
      const message = await this.shown(id);
      const { state } = message.sending;
      if (['sent', 'cancelled'].includes(state) || (state === 'unknown' && run === RUNS)) return message;
      assert.ok(run < RUNS, `${told}: the message does not end: ${JSON.stringify(message.sending)}`);
    }
  }

  /** Keeps the copies of an account. */
  async keepCopies(kind: Kind): Promise<void> {
    await this.work((attempt) => this.part(CopyRun).run(this.ids.get(kind)!, attempt));
  }

  /** The messages with this Message-ID that the sink accepted, by recipient. */
  arrived(messageId: string): Map<string, number> {
    const accepted = this.sink.messages.filter((each) => each.messageId === messageId && each.reply.startsWith('2'));
    const counts = new Map<string, number>();
    for (const address of accepted.flatMap(({ to }) => to)) counts.set(address, (counts.get(address) ?? 0) + 1);
    return counts;
  }

  private async work(run: (attempt: Attempt) => Promise<void>): Promise<void> {
    try {
      await run({ signal: new AbortController().signal, knows: () => undefined });
    } catch (error) {
      if (!(error instanceof WorkLater)) throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.service.stop(), this.dovecot.stop(), this.sink.stop()]);
  }
}
